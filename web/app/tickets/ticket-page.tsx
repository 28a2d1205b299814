// One ticket. The head decides on it; everybody else reads it, and its requester acts on it.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { ticketQuery } from '../api/tickets.ts';
import { HeadTicket } from '../approval/head-ticket.tsx';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { usePageTitle } from '../kit/page-title.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { Originals } from '../originals/originals.tsx';
import { TakeCopies } from '../originals/take-copies.tsx';
import { useMe } from '../shell/me.ts';
import { CentreActs } from './centre-acts.tsx';
import { MoreTime } from './more-time.tsx';
import { OpenPanel } from './open-panel.tsx';
import { RequesterActs } from './requester-acts.tsx';
import { StageSteps } from './stage-steps.tsx';
import { TicketPapers } from './ticket-papers.tsx';
import { TicketSentence } from './ticket-sentence.tsx';
import { TicketSessions } from './ticket-sessions.tsx';
import { TicketStateMark } from './ticket-state.tsx';
import { WindowBox } from './window-box.tsx';

const route = getRouteApi('/inside/tickets/$id');

export function TicketPage() {
  const { id } = route.useParams();
  const ticket = useQuery(ticketQuery(id));
  const me = useMe();
  usePageTitle(ticket.data?.number ?? '');
  if (ticket.data === undefined) return ticket.isError ? <ProblemNote error={ticket.error} /> : <Loading lines={6} />;
  return me.role === 'head' ? <HeadTicket ticket={ticket.data} /> : <ReadTicket ticket={ticket.data} />;
}

function ReadTicket({ ticket }: { readonly ticket: Ticket }) {
  const mine = useMe().id === ticket.requester.id;
  return (
    <div className="two-columns">
      <div className="stack g4">
        <TicketSummary ticket={ticket} />
        {mine && <SavedNotSent ticket={ticket} />}
        {mine && <Advice ticket={ticket} />}
        <StageSteps ticket={ticket} />
        <MoreTime ticket={ticket} />
        <CentreActs ticket={ticket} />
        {mine && <OpenPanel ticket={ticket} />}
        <TakeCopies ticket={ticket} />
        {mine && <RequesterActs ticket={ticket} />}
      </div>
      <TicketPapers ticket={ticket} />
      <div className="both">
        <TicketSessions ticket={ticket} />
      </div>
      <div className="both">
        <Originals ticket={ticket} />
      </div>
    </div>
  );
}

export function TicketSummary({ ticket }: { readonly ticket: Ticket }) {
  return (
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
  );
}

/** What the state means for the requester, and what comes next. */
function Advice({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const text = adviceFor(ticket);
  if (text === undefined) return null;
  const lapsed = text === 'ticket.lapsed';
  return (
    <div className={lapsed ? 'note s-closing' : 'note s-closed'}>
      <Icon name={lapsed ? 'hourglass' : 'info-circle'} />
      <p>{t(text)}</p>
    </div>
  );
}

function adviceFor({ state, window }: Ticket) {
  if (state === 'draft') return 'ticket.draftHint';
  if (state === 'submitted' || state === 'filed') return 'ticket.waitingHead';
  if (state === 'reported') return 'ticket.waitingAcceptance';
  if (state === 'refused') return 'ticket.mayRevise';
  if (state === 'approved') return window === 'after' ? 'ticket.lapsed' : undefined;
  return 'ticket.gone';
}

function SavedNotSent({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const { unsent } = route.useSearch();
  if (unsent !== true || ticket.state !== 'draft') return null;
  return (
    <div className="note s-warning" role="alert">
      <Icon name="alert-triangle" />
      <p>{t('form.savedNotSent')}</p>
    </div>
  );
}
