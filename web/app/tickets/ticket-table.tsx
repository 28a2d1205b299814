// Tickets as a table; on the phone each row is a card.

import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { Moment } from '../clock/moment.tsx';
import { PersonName } from '../kit/person-name.tsx';
import { useMe } from '../shell/me.ts';
import { TicketStateMark } from './ticket-state.tsx';

export function TicketTable({ tickets }: { readonly tickets: readonly Ticket[] }) {
  const { t } = useTranslation();
  const mine = useMe().role === 'operator';
  return (
    <div className="card scroll">
      <table className="cards">
        <thead>
          <tr>
            <th>{t('tickets.state')}</th>
            <th>{t('tickets.purpose')}</th>
            {!mine && <th>{t('tickets.requester')}</th>}
            <th>{t('tickets.window')}</th>
            <th className="num">{t('tickets.number')}</th>
          </tr>
        </thead>
        <tbody>
          {tickets.map((ticket) => (
            <Row key={ticket.id} ticket={ticket} mine={mine} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ ticket, mine }: { readonly ticket: Ticket; readonly mine: boolean }) {
  return (
    <tr className="linked">
      <td className="mark">
        <TicketStateMark ticket={ticket} />
      </td>
      <td className="main-cell">
        <Link to="/tickets/$id" params={{ id: ticket.id }} className="row-link">
          {ticket.purpose}
        </Link>
      </td>
      {!mine && (
        <td>
          <PersonName person={ticket.requester} />
        </td>
      )}
      <td>
        <Moment at={ticket.windowStart} /> <span className="t3">–</span> <Moment at={ticket.windowEnd} form="time" />
      </td>
      <td className="num">
        <span className="mono xs t3">{ticket.number}</span>
      </td>
    </tr>
  );
}
