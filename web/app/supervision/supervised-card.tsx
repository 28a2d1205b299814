// One session that is open now: its state, who is where, who watches, and the way to watch it.

import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Session } from '../../contract/sessions.ts';
import { useNow } from '../clock/centre-clock.tsx';
import { ticking } from '../clock/spans.ts';
import { Icon } from '../kit/icon.tsx';
import { PersonName } from '../kit/person-name.tsx';
import { CutButton } from '../sessions/cut-button.tsx';
import { useMe } from '../shell/me.ts';
import { FlowMark } from './flow-mark.tsx';
import { FlowSaid } from './flow-said.tsx';
import { needsSomebody, stateOf, supervises, useFlow, type WatchedSession } from './flows.ts';

export function SupervisedCard({ watched }: { readonly watched: WatchedSession }) {
  const { t } = useTranslation();
  const now = useNow();
  const may = supervises(useMe().role);
  const { session, flow } = watched;
  const state = stateOf(watched);
  const urgent = needsSomebody(watched);
  return (
    <article className={urgent ? 'card watch-card is-waiting' : 'card watch-card'}>
      <div className="row between">
        <FlowMark state={state} />
        <span className="sm t3">{ticking(now - session.startedAt)}</span>
      </div>
      <div>
        <p className="lg">
          <Link to="/sessions/$id" params={{ id: session.id }} className="t1">
            <b>
              <PersonName person={session.account} />
            </b>
          </Link>
        </p>
        <p className="break">
          <Icon name="arrow-right" className="t3" /> {session.target} <span className="t3">·</span>{' '}
          <span className="mono">{session.login}</span>
          <span className="chip tiny">{t(`kind.${session.kind}`)}</span>
        </p>
      </div>
      <div className="sm stack g1">
        <p className="row top t2">
          <Icon name="file-text" />
          <Link to="/tickets/$id" params={{ id: session.ticket.id }} className="break">
            {session.ticket.purpose}
          </Link>
        </p>
        {flow !== undefined && <FlowSaid flow={flow} />}
      </div>
      {may && (
        <div className="row wrap watch-acts">
          <WatchLink session={session} look={urgent ? 'btn primary grow' : 'btn grow'} />
          <CutButton session={session} />
        </div>
      )}
    </article>
  );
}

interface WatchLinkProps {
  readonly session: Session;
  readonly look: string;
}

/** Nothing for those who may not watch, and nothing once it has ended. */
export function WatchLink({ session, look }: WatchLinkProps) {
  const { t } = useTranslation();
  const flow = useFlow(session.endedAt === null ? session.id : undefined);
  const begins = needsSomebody({ session, flow });
  if (!supervises(useMe().role) || session.endedAt !== null) return null;
  return (
    <Link to="/sessions/$id/watch" params={{ id: session.id }} className={look}>
      <Icon name="eye" />
      {t(begins ? 'supervision.begin' : 'supervision.watch')}
    </Link>
  );
}
