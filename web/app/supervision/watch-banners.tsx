// What has to be known while watching: that the line is gone, that the session is frozen, what the engineer was told, and
// that leaving is felt at the other end.

import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Session } from '../../contract/sessions.ts';
import type { Supervised } from '../../contract/supervision.ts';
import { resumeSession } from '../api/supervision.ts';
import { byteCount } from '../kit/byte-count.ts';
import { Icon } from '../kit/icon.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { useSentence } from '../language/sentence-of.ts';
import { useMe } from '../shell/me.ts';
import type { WatchView } from './use-watch.ts';

interface BannersProps {
  readonly session: Session;
  readonly view: WatchView;
  readonly flow: Supervised | undefined;
}

export function WatchBanners({ session, view, flow }: BannersProps) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const { phase } = view;
  if (phase.name === 'lost') return <Lost view={view} supervised={flow?.supervised === true} />;
  if (phase.name !== 'watching') return null;
  return (
    <>
      {view.flow === 'frozen' ? (
        <Frozen session={session} flow={flow} />
      ) : (
        <p className="watch-line">
          <Icon name="eye" />
          <Presence flow={flow} />
          {phase.skipped > 0 && (
            <span className="end wide-only">{t('supervision.skipped', { size: byteCount(phase.skipped) })}</span>
          )}
        </p>
      )}
      {view.notice !== undefined && (
        <p className="watch-line told" role="status">
          <Icon name="message-2" />
          <span className="break">{t('supervision.told', { text: sentence(view.notice) })}</span>
        </p>
      )}
    </>
  );
}

function Presence({ flow }: { readonly flow: Supervised | undefined }) {
  const { t } = useTranslation();
  const me = useMe();
  const others = (flow?.watchers ?? []).filter(({ id }) => id !== me.id);
  const names = others.map(({ displayName }) => displayName).join(t('approval.and'));
  if (others.length > 0) return <span>{t('supervision.youAnd', { names })}</span>;
  return <span>{t(flow?.supervised === true ? 'supervision.youAlone' : 'supervision.youWatch')}</span>;
}

function Frozen({ session, flow }: Omit<BannersProps, 'view'>) {
  const { t } = useTranslation();
  const resuming = useMutation({ mutationFn: () => resumeSession(session.id) });
  const by = flow?.heldBy ?? null;
  return (
    <div className="watch-banner frozen" role="status">
      <Icon name="player-pause" />
      <div className="grow">
        <p>
          <b>{t('supervision.frozenNow')}</b>{' '}
          {by !== null && t('supervision.heldBy', { name: by.displayName, reason: flow?.holdReason ?? '' })}
        </p>
        <ProblemNote error={resuming.error} />
      </div>
      <button type="button" className="btn primary" onClick={() => resuming.mutate()} disabled={resuming.isPending}>
        <Icon name="player-play" />
        {t('supervision.resume')}
      </button>
    </div>
  );
}

function Lost({ view, supervised }: { readonly view: WatchView; readonly supervised: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="watch-banner lost" role="alert">
      <Icon name="alert-triangle" />
      <p className="grow">
        <b>{t('supervision.lost')}</b> {t(supervised ? 'supervision.lostFreezes' : 'supervision.lostSay')}
      </p>
      <button type="button" className="btn" onClick={view.again}>
        <Icon name="refresh" />
        {t('supervision.again')}
      </button>
    </div>
  );
}
