// A ticket before the centre head: understood in ten seconds, on a phone. One sentence, what differs from usual, what
// will and will not be possible, the papers behind it, and the decision within reach of the thumb.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { ticketsQuery } from '../api/tickets.ts';
import { useStandsIn } from '../arrangements/standing-in.ts';
import { AttachmentList } from '../attachments/attachment-list.tsx';
import { useNow } from '../clock/centre-clock.tsx';
import { spoken } from '../clock/spans.ts';
import { Icon } from '../kit/icon.tsx';
import { Originals } from '../originals/originals.tsx';
import { useMe } from '../shell/me.ts';
import { CentreActs } from '../tickets/centre-acts.tsx';
import { MoreTime } from '../tickets/more-time.tsx';
import { StageSteps } from '../tickets/stage-steps.tsx';
import { TermsBasis } from '../tickets/terms-basis.tsx';
import { TicketPapers } from '../tickets/ticket-papers.tsx';
import { TicketSentence } from '../tickets/ticket-sentence.tsx';
import { TicketSessions } from '../tickets/ticket-sessions.tsx';
import { TicketStateMark } from '../tickets/ticket-state.tsx';
import { waitsFor } from '../tickets/waits-for.ts';
import { WindowBox } from '../tickets/window-box.tsx';
import { CanCannot } from './can-cannot.tsx';
import { Decision } from './decision.tsx';
import { BoundText, Lights } from './lights.tsx';

export function HeadTicket({ ticket }: { readonly ticket: Ticket }) {
  const asked = ticket.state === 'submitted' || ticket.state === 'filed';
  const standing = ticket.state === 'approved';
  return (
    <div className="approve">
      <TopBar ticket={ticket} />
      <section className="card sum">
        <div className="row between">
          <span className="xs t3 mono">{ticket.number}</span>
          <TicketStateMark ticket={ticket} />
        </div>
        <h1 className="say">
          <TicketSentence ticket={ticket} />
        </h1>
        {ticket.inForce.windows.map(({ start, end }) => (
          <WindowBox key={start} start={start} end={end} />
        ))}
      </section>
      {asked && <Lights ticket={ticket} />}
      {(asked || standing) && <CanCannot ticket={ticket} />}
      <TicketSessions ticket={ticket} />
      <MoreTime ticket={ticket} />
      <StageSteps ticket={ticket} />
      {asked ? <Basis ticket={ticket} /> : <TicketPapers ticket={ticket} />}
      <Originals ticket={ticket} />
      <CentreActs ticket={ticket} />
      <Decision ticket={ticket} />
    </div>
  );
}

function TopBar({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const now = useNow(30_000);
  const reader = { ...useMe(), standsIn: useStandsIn() };
  const asked = waitsFor(ticket, reader) === 'decision';
  const all = useQuery({ ...ticketsQuery(), enabled: asked }).data ?? [];
  const waiting = all.filter((each) => waitsFor(each, reader) === 'decision');
  const place = waiting.findIndex((each) => each.id === ticket.id);
  return (
    <div className="bar-top">
      <Link to="/" className="iconbtn" aria-label={t('approval.back')}>
        <Icon name="arrow-left" />
      </Link>
      {place >= 0 && (
        <span className="sm t2">
          {t('approval.waiting')} <b className="t1">{place + 1}</b> / {waiting.length}
        </span>
      )}
      {ticket.submittedAt !== null && asked && (
        <span className="end xs t3">{t('approval.submittedAgo', { span: spoken(t, now - ticket.submittedAt) })}</span>
      )}
    </div>
  );
}

function Basis({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const hash = ticket.shown?.hash ?? ticket.contentHash;
  const { attachments } = ticket.terms;
  return (
    <section>
      <h2 className="cap">{t('approval.basis')}</h2>
      <div className="card more">
        <details>
          <summary>
            {t('approval.planBasis')}
            <Icon name="chevron-right" className="t3 end" />
          </summary>
          <p className="prose">{ticket.plan}</p>
        </details>
        <details>
          <summary>
            {t('approval.boundText')}
            <Icon name="chevron-right" className="t3 end" />
          </summary>
          <BoundText ticket={ticket} />
        </details>
        <TermsBasis ticket={ticket} />
        {attachments.length > 0 && (
          <details open>
            <summary>
              {t('attachments.count', { count: attachments.length })}
              <Icon name="chevron-right" className="t3 end" />
            </summary>
            <AttachmentList ticket={ticket.id} attachments={attachments} />
          </details>
        )}
        <p>
          {t('approval.sourcesBasis')}
          <span className="r mono">{ticket.sources.join(', ')}</span>
        </p>
        <p>
          {t('approval.earlier')}
          <span className="r">{t('approval.earlierCount', { count: ticket.closedBefore })}</span>
        </p>
      </div>
      <p className="xs t3 bound">
        {t('approval.bound')} {t('ticket.hash')}{' '}
        <span className="mono" title={hash}>
          {hash.slice(0, 4)} {hash.slice(4, 8)} … {hash.slice(-4)}
        </span>
      </p>
    </section>
  );
}
