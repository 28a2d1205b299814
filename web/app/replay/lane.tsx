// Beside the screen: what was typed, what was written to the error output, notices and the end. A line leads to its
// moment.

import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Encoding } from '../../contract/record-requests.ts';
import type { Session } from '../../contract/sessions.ts';
import { ticking } from '../clock/spans.ts';
import { useSentence } from '../language/sentence-of.ts';
import { CommandList } from './command-list.tsx';
import { KeysNote } from './keys-note.tsx';
import type { Timeline, TimelineEvent } from './timeline.ts';
import { keysOf, type TypedLine, typedLines } from './typed-lines.ts';

interface LaneProps {
  readonly timeline: Timeline;
  readonly at: number;
  readonly session: Session;
  readonly encoding: Encoding;
  readonly onSeek: (at: number) => void;
  /** The recording may be read with every key now. */
  readonly onAgain: () => void;
}

export function Lane({ timeline, at, session, encoding, onSeek, onAgain }: LaneProps) {
  const { t } = useTranslation();
  const typed = useMemo(() => typedLines(timeline.events, encoding), [timeline, encoding]);
  const errors = useMemo(() => errorLines(timeline.events, encoding), [timeline, encoding]);
  const marks = useMarks(timeline.events);
  return (
    <aside className="lane">
      {session.kind !== 'forward' && <CommandList session={session} at={at} onSeek={onSeek} />}
      <h2>{t('replay.typed')}</h2>
      <p className="hint">{t(typed.length === 0 ? 'replay.typedNone' : 'replay.typedHint')}</p>
      <Lines lines={typed} at={at} onSeek={onSeek} />
      {(timeline.keys !== 'unguarded' || typed.length > 0) && (
        <KeysNote session={session} keys={timeline.keys} onOpened={onAgain} />
      )}
      {session.kind === 'exec' && (
        <>
          <h2>{t('replay.errors')}</h2>
          {errors.length === 0 && <p className="hint">{t('replay.errorsNone')}</p>}
          <Lines lines={errors} at={at} onSeek={onSeek} />
        </>
      )}
      {marks.length > 0 && <h2>{t('replay.marks')}</h2>}
      <Lines lines={marks} at={at} onSeek={onSeek} plain />
    </aside>
  );
}

interface LinesProps {
  readonly lines: readonly TypedLine[];
  readonly at: number;
  readonly onSeek: (at: number) => void;
  readonly plain?: boolean;
}

function Lines({ lines, at, onSeek, plain = false }: LinesProps) {
  const { t } = useTranslation();
  if (lines.length === 0) return null;
  return (
    <ol>
      {lines.map((line, index) => (
        <li key={`${line.at}-${index.toString()}`}>
          <button type="button" className={line.at <= at ? 'past' : ''} onClick={() => onSeek(line.at)}>
            <span className="xs t3">{ticking(line.at)}</span>
            <span className={plain || line.hidden !== undefined ? 'sm' : 'mono'}>
              {line.hidden === undefined ? line.text : t('replay.hidden', { count: line.hidden })}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function errorLines(events: readonly TimelineEvent[], encoding: Encoding): readonly TypedLine[] {
  const decoder = new TextDecoder(encoding);
  return events.flatMap((event) => {
    if (event.kind !== 'error-output') return [];
    const text = decoder.decode(event.bytes, { stream: true }).trim();
    return text === '' ? [] : [{ at: event.at, text: keysOf(text.slice(0, 2000)).join('').replaceAll('⏎', '\n') }];
  });
}

function useMarks(events: readonly TimelineEvent[]): readonly TypedLine[] {
  const { t } = useTranslation();
  const sentence = useSentence();
  return events.flatMap((event) => {
    if (event.kind === 'notice') return [{ at: event.at, text: sentence(event.text) }];
    return event.kind === 'end' ? [{ at: event.at, text: t(`endReason.${event.reason}`) }] : [];
  });
}
