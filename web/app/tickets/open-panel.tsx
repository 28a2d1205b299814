// For the requester while the window is open: a terminal per target account, the ssh lines, the clock. Before the
// window: the clock alone.

import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Ticket, TicketChannel } from '../../contract/tickets.ts';
import { Countdown } from '../clock/countdown.tsx';
import { CopyLine } from '../kit/copy-line.tsx';
import { Icon } from '../kit/icon.tsx';
import { useSpokenMoment } from './ticket-sentence.tsx';

export function OpenPanel({ ticket }: { readonly ticket: Ticket }) {
  if (ticket.state !== 'approved' || ticket.window === 'after') return null;
  return ticket.window === 'before' ? <Waiting ticket={ticket} /> : <Open ticket={ticket} />;
}

function Waiting({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const when = useSpokenMoment();
  return (
    <section className="card gate">
      <p className="xs t3">{t('ticket.opensIn')}</p>
      <Countdown to={ticket.windowStart} className="clock" />
      <p className="t2 sm">{t('ticket.notBefore', { when: when(ticket.windowStart) })}</p>
    </section>
  );
}

function Open({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  return (
    <section className="card gate is-open">
      <div className="row between top wrap">
        <div>
          <h2 className="c-open row">
            <Icon name="gate-open" /> {t('ticket.openTitle')}
          </h2>
          <p className="t2 sm">{t('ticket.openHint')}</p>
        </div>
        <div className="gate-clock">
          <p className="xs t3">{t('ticket.closesIn')}</p>
          <Countdown to={ticket.windowEnd} className="clock" />
        </div>
      </div>
      {ticket.inForce.supervised && (
        <p className="note s-frozen">
          <Icon name="eye" />
          <span>{t('supervision.engineer.willWait')}</span>
        </p>
      )}
      <ul className="openings">
        {ticket.channels.map((channel) => (
          <Opening key={channel.targetAccountId} ticket={ticket} channel={channel} />
        ))}
      </ul>
      {ticket.commands.length > 0 && (
        <div className="stack">
          <h3>
            {t('ticket.sshTitle')} <span className="hint weak">{t('ticket.sshHint')}</span>
          </h3>
          {ticket.commands.map((line) => (
            <CopyLine key={line} text={line} label={`${t('act.copy')} ${line}`} />
          ))}
        </div>
      )}
    </section>
  );
}

function Opening({ ticket, channel }: { readonly ticket: Ticket; readonly channel: TicketChannel }) {
  const { t } = useTranslation();
  const interactive = channel.kinds.includes('shell');
  return (
    <li>
      <div className="grow">
        <p className="lg">{channel.target}</p>
        <p className="sm t2">
          <span className="mono">{channel.login}</span> · {channel.kinds.map((kind) => t(`kind.${kind}`)).join(' · ')}
        </p>
      </div>
      {interactive && (
        <Link
          className="btn primary big"
          to="/tickets/$id/terminal/$targetAccountId"
          params={{ id: ticket.id, targetAccountId: channel.targetAccountId }}
        >
          <Icon name="terminal-2" />
          {t('ticket.open')}
        </Link>
      )}
    </li>
  );
}
