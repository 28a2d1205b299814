// One session: its facts, and for the auditor its replay.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Session } from '../../contract/sessions.ts';
import { sessionQuery } from '../api/sessions.ts';
import { useNow } from '../clock/centre-clock.tsx';
import { Moment } from '../clock/moment.tsx';
import { ticking } from '../clock/spans.ts';
import { byteCount } from '../kit/byte-count.ts';
import { Fact } from '../kit/fact.tsx';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { usePageTitle } from '../kit/page-title.tsx';
import { PersonName } from '../kit/person-name.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { ExportButton } from '../records/export-button.tsx';
import { useMe } from '../shell/me.ts';
import { FlowSaid } from '../supervision/flow-said.tsx';
import { useFlow } from '../supervision/flows.ts';
import { WatchLink } from '../supervision/supervised-card.tsx';
import { CutButton } from './cut-button.tsx';
import { SessionFiles } from './session-files.tsx';
import { SessionMark } from './session-state.tsx';

const route = getRouteApi('/inside/sessions/$id');

// The emulator is most of the page's weight; only those who replay load it.
const Replay = lazy(() => import('../replay/replay.tsx').then(({ Replay }) => ({ default: Replay })));

export function SessionPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const { at } = route.useSearch();
  const me = useMe();
  const query = useQuery(sessionQuery(id));
  const session = query.data;
  usePageTitle(session === undefined ? '' : `${session.login}@${session.target}`);
  if (session === undefined) return query.isError ? <ProblemNote error={query.error} /> : <Loading lines={6} />;
  return (
    <>
      <header className="page-head">
        <div className="grow">
          <p className="row">
            <SessionMark session={session} />
            <Link to="/tickets/$id" params={{ id: session.ticket.id }} className="mono xs">
              {session.ticket.number}
            </Link>
          </p>
          <h1>
            {session.account.displayName} <Icon name="arrow-right" className="t3" /> {session.target}{' '}
            <span className="t3">·</span> <span className="mono">{session.login}</span>
          </h1>
        </div>
        {me.role === 'auditor' && <ExportButton session={session} />}
        <WatchLink session={session} look="btn primary" />
        <CutButton session={session} />
      </header>
      <Followed session={session} />
      {session.command !== null && <pre className="command">{session.command}</pre>}
      {session.destination !== null && (
        <pre className="command">
          {t('kind.forward')} → {session.destination}
        </pre>
      )}
      {me.role === 'auditor' && session.endedAt !== null && movesFiles(session) && <SessionFiles session={session} />}
      {me.role === 'auditor' && session.endedAt !== null && session.kind !== 'sftp' && (
        <Suspense fallback={<Loading lines={8} />}>
          <Replay key={at} session={session} from={at} />
        </Suspense>
      )}
      {me.role === 'auditor' && session.endedAt === null && <p className="note s-closed">{t('sessions.liveReplay')}</p>}
      <Facts session={session} />
    </>
  );
}

/** Who follows it on the spot, while it is live. */
function Followed({ session }: { readonly session: Session }) {
  const flow = useFlow(session.endedAt === null ? session.id : undefined);
  if (flow === undefined || session.endedAt !== null) return null;
  return (
    <section className="card bd stack g2" data-testid="followed">
      <FlowSaid flow={flow} />
    </section>
  );
}

function Facts({ session }: { readonly session: Session }) {
  const { t } = useTranslation();
  const now = useNow();
  return (
    <section className="card">
      <dl className="kv bd wide-kv">
        <Fact name={t('sessions.who')}>
          <PersonName person={session.account} />
        </Fact>
        <Fact name={t('sessions.ticket')}>{session.ticket.purpose}</Fact>
        <Fact name={t('sessions.kind')}>{t(`kind.${session.kind}`)}</Fact>
        <Fact name={t('sessions.via')}>{t(session.via === 'web' ? 'sessions.viaWeb' : 'sessions.viaSsh')}</Fact>
        <Fact name={t('sessions.source')}>
          <span className="mono">{session.source}</span>
        </Fact>
        <Fact name={t('sessions.started')}>
          <Moment at={session.startedAt} form="date" />
        </Fact>
        {session.endedAt !== null && (
          <Fact name={t('sessions.end')}>
            <Moment at={session.endedAt} form="date" />
          </Fact>
        )}
        <Fact name={t('sessions.lasted')}>{ticking((session.endedAt ?? now) - session.startedAt)}</Fact>
        {session.endReason !== null && (
          <Fact name={t('sessions.endReason')}>{t(`endReason.${session.endReason}`)}</Fact>
        )}
        {session.exitStatus !== null && <Fact name={t('sessions.exit')}>{session.exitStatus}</Fact>}
        {session.exitSignal !== null && <Fact name={t('sessions.signal')}>{session.exitSignal}</Fact>}
        {session.recordedBytes !== null && session.kind !== 'sftp' && (
          <Fact name={t('sessions.recorded')}>{byteCount(session.recordedBytes)}</Fact>
        )}
      </dl>
    </section>
  );
}

/** Sftp, and a command that may be the far end of scp. */
function movesFiles({ kind, command }: Session): boolean {
  return kind === 'sftp' || (kind === 'exec' && /\bscp\b/.test(command ?? ''));
}
