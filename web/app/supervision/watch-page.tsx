// Watching one live session: what the engineer sees, and what can be done about it. Nothing typed here reaches the target.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Session } from '../../contract/sessions.ts';
import { sessionQuery } from '../api/sessions.ts';
import { useNow } from '../clock/centre-clock.tsx';
import { ticking } from '../clock/spans.ts';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { usePageTitle } from '../kit/page-title.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { FlowMark } from './flow-mark.tsx';
import { useFlow } from './flows.ts';
import { useWatch, type WatchView } from './use-watch.ts';
import { WatchBanners } from './watch-banners.tsx';
import { WatchEnd } from './watch-end.tsx';
import { WatchFiles } from './watch-files.tsx';
import { WatchFoot } from './watch-foot.tsx';

const route = getRouteApi('/inside/sessions/$id/watch');

export function WatchPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const session = useQuery(sessionQuery(id));
  const name = session.data === undefined ? '' : `${session.data.account.displayName} · ${session.data.target}`;
  usePageTitle(`${t('supervision.watching')} ${name}`);
  if (session.data === undefined) return session.isError ? <ProblemNote error={session.error} /> : <Loading />;
  return <Watch session={session.data} />;
}

function Watch({ session }: { readonly session: Session }) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const view = useWatch(place, session.id, { bareLineFeeds: session.kind === 'exec' });
  const flow = useFlow(session.id);
  const { phase } = view;
  const drawn = session.kind === 'shell' || session.kind === 'exec';
  return (
    <div className="term-page">
      <Bar session={session} view={view} />
      <WatchBanners session={session} view={view} flow={flow} />
      <div className="term-well watch-well">
        <div
          className={drawn ? 'watch-screen' : 'watch-screen none'}
          data-testid="watch"
          role="img"
          aria-label={t('supervision.screen')}
          ref={place}
        />
        {!drawn && phase.name !== 'opening' && (
          <p className="term-wait none-wait">
            {t(session.kind === 'sftp' ? 'supervision.filesOnly' : 'supervision.noScreen')}
          </p>
        )}
        <WatchFiles files={view.files} />
        {phase.name === 'opening' && <p className="term-wait">{t('supervision.opening')}</p>}
        {(phase.name === 'ended' || phase.name === 'refused') && <WatchEnd session={session} phase={phase} />}
      </div>
      {phase.name === 'watching' && <WatchFoot session={session} flow={flow} frozen={view.flow === 'frozen'} />}
    </div>
  );
}

function Bar({ session, view }: { readonly session: Session; readonly view: WatchView }) {
  const { t } = useTranslation();
  const now = useNow();
  return (
    <header className="term-bar">
      <Link to="/supervision" className="iconbtn" aria-label={t('supervision.back')}>
        <Icon name="arrow-left" />
      </Link>
      <span className="trunc grow">
        <b>{session.account.displayName}</b>{' '}
        <span className="mono">
          {session.login}@{session.target}
        </span>
      </span>
      {view.phase.name === 'watching' && view.flow !== undefined && <FlowMark state={view.flow} />}
      <span className="rec-mark wide-only">
        <Icon name="record" /> {t('terminal.recorded')}
      </span>
      <span className="term-clock wide-only">{ticking((session.endedAt ?? now) - session.startedAt)}</span>
    </header>
  );
}
