// Play, speed, idle, and the scrubber: a range input, so clicking anywhere and the arrow keys work by themselves.

import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Encoding } from '../../contract/record-requests.ts';
import { ticking } from '../clock/spans.ts';
import { Icon } from '../kit/icon.tsx';
import { activity, type Timeline } from './timeline.ts';
import { type Player, SPEEDS } from './use-player.ts';

const BARS = 120;

interface ScrubberProps {
  readonly timeline: Timeline;
  readonly player: Player;
}

interface ControlsProps extends ScrubberProps {
  readonly encoding: Encoding;
  readonly onEncoding: (encoding: Encoding) => void;
}

const ENCODINGS: readonly Encoding[] = ['utf-8', 'gb18030'];

export function Controls({ timeline, player, encoding, onEncoding }: ControlsProps) {
  const { t } = useTranslation();
  const loaded = timeline.complete ? 100 : Math.floor(((timeline.events.at(-1)?.at ?? 0) / timeline.durationMs) * 100);
  return (
    <div className="controls">
      <Scrubber timeline={timeline} player={player} />
      <div className="row wrap">
        <button
          type="button"
          className="iconbtn play"
          onClick={player.toggle}
          aria-label={t(player.playing ? 'replay.pause' : 'replay.play')}
        >
          <Icon name={player.playing ? 'player-pause' : 'player-play'} />
        </button>
        <span className="sm">
          {ticking(player.at)} <span className="dim">/ {ticking(timeline.durationMs)}</span>
        </span>
        {!timeline.complete && <span className="xs dim">{t('replay.loading', { percent: loaded })}</span>}
        <fieldset className="seg end" aria-label={t('replay.speed')}>
          {SPEEDS.map((speed) => (
            <button
              key={speed}
              type="button"
              aria-pressed={player.speed === speed}
              onClick={() => player.setSpeed(speed)}
            >
              {speed}×
            </button>
          ))}
        </fieldset>
        <fieldset className="seg" aria-label={t('encoding.label')}>
          {ENCODINGS.map((each) => (
            <button key={each} type="button" aria-pressed={each === encoding} onClick={() => onEncoding(each)}>
              {t(`encoding.${each}`)}
            </button>
          ))}
        </fieldset>
        <label className="check sm row">
          <input
            type="checkbox"
            checked={player.skipIdle}
            onChange={(event) => player.setSkipIdle(event.target.checked)}
          />
          {t('replay.skipIdle')}
        </label>
      </div>
    </div>
  );
}

function Scrubber({ timeline, player }: ScrubberProps) {
  const { t } = useTranslation();
  const bars = useMemo(() => activity(timeline, BARS), [timeline]);
  const path = bars.map((height, x) => `M${x + 0.5} 20V${20 - height * 18}`).join('');
  return (
    <div className="scrub">
      <svg viewBox={`0 0 ${BARS} 20`} preserveAspectRatio="none" aria-hidden="true">
        <path d={path} />
      </svg>
      <input
        type="range"
        min={0}
        max={Math.max(1, Math.ceil(timeline.durationMs))}
        step={100}
        value={player.at}
        onChange={(event) => player.seek(Number(event.target.value))}
        aria-label={t('replay.position')}
        aria-valuetext={`${ticking(player.at)} / ${ticking(timeline.durationMs)}`}
      />
    </div>
  );
}
