// The web terminal: a code, then the terminal with its clock and the mark of the recording; notices in a bar above it,
// never inside; at the end the reason and what to do next.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useBlocker } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Supervised } from '../../contract/supervision.ts';
import type { Ticket } from '../../contract/tickets.ts';
import { ticketQuery } from '../api/tickets.ts';
import { Countdown } from '../clock/countdown.tsx';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { usePageTitle } from '../kit/page-title.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { useSentence } from '../language/sentence-of.ts';
import { useFlow } from '../supervision/flows.ts';
import { AskCode, EndCard } from './terminal-cards.tsx';
import { FrozenBar, Opening, WatchedMark } from './terminal-flow.tsx';
import { useTerminal, type WebTerminal } from './use-terminal.ts';

const route = getRouteApi('/inside/tickets/$id/terminal/$targetAccountId');

export function TerminalPage() {
  const { id } = route.useParams();
  const ticket = useQuery(ticketQuery(id));
  if (ticket.data === undefined) return ticket.isError ? <ProblemNote error={ticket.error} /> : <Loading />;
  return <TerminalOf ticket={ticket.data} />;
}

function TerminalOf({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const { targetAccountId } = route.useParams();
  const place = useRef<HTMLDivElement>(null);
  const terminal = useTerminal(place, { ticketId: ticket.id, targetAccountId });
  const channel = ticket.channels.find((each) => each.targetAccountId === targetAccountId);
  const name = channel === undefined ? '' : `${channel.login}@${channel.target}`;
  usePageTitle(name);
  const flow = useFlow(terminal.phase.name === 'live' ? terminal.phase.sessionId : undefined);
  const live = terminal.phase.name === 'live' || terminal.phase.name === 'opening';
  useBlocker({
    shouldBlockFn: () => live && !window.confirm(t('terminal.leaveWarning')),
    enableBeforeUnload: live,
    disabled: !live,
  });
  return (
    <div className="term-page">
      <TerminalBar ticket={ticket} name={name} terminal={terminal} flow={flow} />
      <FrozenBar flow={flow} />
      <NoticeBar terminal={terminal} />
      <div className="term-well">
        <div className="term-place" data-testid="terminal" ref={place} />
        {terminal.phase.name === 'asking' && <AskCode name={name} ticket={ticket} onOpen={terminal.open} />}
        {terminal.phase.name === 'opening' && (
          <Opening notice={terminal.notice} supervised={ticket.inForce.supervised} onLeave={terminal.leave} />
        )}
        {terminal.phase.name === 'ended' && <EndCard ticket={ticket} phase={terminal.phase} />}
      </div>
    </div>
  );
}

interface BarProps {
  readonly ticket: Ticket;
  readonly name: string;
  readonly terminal: WebTerminal;
  readonly flow: Supervised | undefined;
}

function TerminalBar({ ticket, name, terminal, flow }: BarProps) {
  const { t } = useTranslation();
  const { phase } = terminal;
  return (
    <header className="term-bar">
      <Link to="/tickets/$id" params={{ id: ticket.id }} className="iconbtn" aria-label={t('terminal.back')}>
        <Icon name="arrow-left" />
      </Link>
      <span className="mono trunc grow">{name}</span>
      {phase.name === 'live' && (
        <>
          <WatchedMark flow={flow} />
          <span className="rec-mark">
            <Icon name="record" /> {t('terminal.recorded')}
          </span>
          <span className="term-clock">
            <span className="wide-only">{t('ticket.closesIn')} </span>
            <Countdown to={phase.closesAt} />
          </span>
          <button type="button" className="btn sm term-end" onClick={terminal.leave}>
            <Icon name="player-stop" />
            {t('terminal.leave')}
          </button>
        </>
      )}
    </header>
  );
}

function NoticeBar({ terminal }: { readonly terminal: WebTerminal }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  if (terminal.notice === undefined || terminal.phase.name !== 'live') return null;
  return (
    <div className="term-notice" role="status">
      <Icon name="bell" />
      <p className="grow">{sentence(terminal.notice)}</p>
      <button type="button" className="iconbtn" onClick={terminal.dismissNotice} aria-label={t('act.close')}>
        <Icon name="x" />
      </button>
    </div>
  );
}
