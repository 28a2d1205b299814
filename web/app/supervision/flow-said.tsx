// Who watches a session, and why it stands still, as sentences.

import { useTranslation } from 'react-i18next';
import type { Supervised } from '../../contract/supervision.ts';
import { Icon } from '../kit/icon.tsx';
import { useMe } from '../shell/me.ts';

export function FlowSaid({ flow }: { readonly flow: Supervised }) {
  const { t } = useTranslation();
  const names = useWatcherNames(flow);
  const { state, supervised, heldBy, holdReason } = flow;
  return (
    <>
      {state === 'frozen' && (
        <p className="row top c-frozen">
          <Icon name="player-pause" />
          <span className="break">
            {heldBy === null
              ? t('supervision.leftAlone')
              : t('supervision.heldBy', { name: heldBy.displayName, reason: holdReason ?? '' })}
          </span>
        </p>
      )}
      <p className="row top t2">
        <Icon name="eye" />
        <span className="break">
          {names !== ''
            ? t('supervision.watchedBy', { names })
            : t(supervised ? 'supervision.needsWatcher' : 'supervision.watchedByNone')}
        </span>
      </p>
    </>
  );
}

export function useWatcherNames(flow: Supervised | undefined): string {
  const { t } = useTranslation();
  const me = useMe();
  const name = ({ id, displayName }: { id: string; displayName: string }) =>
    id === me.id ? t('supervision.you') : displayName;
  return (flow?.watchers ?? []).map(name).join(t('approval.and'));
}
