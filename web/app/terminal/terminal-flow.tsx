// What the engineer has to know of supervision: that nothing happens yet and why, that the session stands still, who looks on.

import { useTranslation } from 'react-i18next';
import type { Supervised } from '../../contract/supervision.ts';
import type { Sentence } from '../../contract/words.ts';
import { Icon } from '../kit/icon.tsx';
import { useSentence } from '../language/sentence-of.ts';
import { useWatcherNames } from '../supervision/flow-said.tsx';

interface OpeningProps {
  /** What the gateway said it waits for. */
  readonly notice: Sentence | undefined;
  readonly supervised: boolean;
  readonly onLeave: () => void;
}

/** Between the code and the first byte: a moment, or as long as it takes somebody to come and watch. */
export function Opening({ notice, supervised, onLeave }: OpeningProps) {
  const { t } = useTranslation();
  const sentence = useSentence();
  if (notice === undefined) return <p className="term-wait">{t('terminal.opening')}</p>;
  return (
    <section className="card term-card stack g3" role="status" data-testid="opening">
      <h1 className="row">
        <Icon name="hourglass" className="c-frozen" />
        {t(supervised ? 'supervision.engineer.waiting' : 'terminal.opening')}
      </h1>
      <p>{sentence(notice)}</p>
      {supervised && <p className="sm t2">{t('supervision.engineer.waitingSay')}</p>}
      <div className="row">
        <button type="button" className="btn" onClick={onLeave}>
          {t('supervision.engineer.stopWaiting')}
        </button>
      </div>
    </section>
  );
}

export function FrozenBar({ flow }: { readonly flow: Supervised | undefined }) {
  const { t } = useTranslation();
  if (flow?.state !== 'frozen') return null;
  const { heldBy, holdReason } = flow;
  return (
    <div className="watch-banner frozen" role="alert" data-testid="frozen">
      <Icon name="player-pause" />
      <p className="grow break">
        <b>{t('supervision.engineer.frozen')}</b>{' '}
        {heldBy === null
          ? t('supervision.leftAlone')
          : t('supervision.engineer.frozenBy', { name: heldBy.displayName, reason: holdReason ?? '' })}{' '}
        <span className="dim block">{t('supervision.engineer.kept')}</span>
      </p>
    </div>
  );
}

export function WatchedMark({ flow }: { readonly flow: Supervised | undefined }) {
  const { t } = useTranslation();
  const names = useWatcherNames(flow);
  if (names === '') return null;
  return (
    <span className="watched-mark trunc" title={t('supervision.engineer.watchedBy', { names })}>
      <Icon name="eye" />
      <span className="wide-only">{t('supervision.engineer.watchedBy', { names })}</span>
    </span>
  );
}
