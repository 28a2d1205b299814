// The auditor's player: whether the recording is intact, the screen, the controls, and beside it what was typed.

import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Encoding } from '../../contract/record-requests.ts';
import type { Session } from '../../contract/sessions.ts';
import { Loading } from '../kit/loading.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { Controls } from './controls.tsx';
import { IntegrityNote } from './integrity-note.tsx';
import { Lane } from './lane.tsx';
import { PlayerScreen } from './player-screen.ts';
import type { Timeline } from './timeline.ts';
import { Transferred } from './transferred.tsx';
import { usePlayer } from './use-player.ts';
import { useRecording } from './use-recording.ts';

interface ReplayProps {
  readonly session: Session;
  /** Where the player stands at first, in milliseconds. */
  readonly from: number | undefined;
}

export function Replay({ session, from }: ReplayProps) {
  const [reading, setReading] = useState(0);
  const { timeline, error, want } = useRecording(session.id, reading, from);
  const again = () => setReading((before) => before + 1);
  return (
    <>
      <ProblemNote error={error} />
      {timeline === undefined && (error === undefined ? <Loading lines={8} /> : null)}
      {timeline !== undefined && (
        <Loaded session={session} timeline={timeline} from={from} onAgain={again} onWant={want} />
      )}
    </>
  );
}

interface LoadedProps extends ReplayProps {
  readonly timeline: Timeline;
  readonly onAgain: () => void;
  /** That moment is to be shown, and may not be here yet. */
  readonly onWant: (at: number) => void;
}

function Loaded({ session, timeline, from, onAgain, onWant }: LoadedProps) {
  const [encoding, setEncoding] = useState<Encoding>('utf-8');
  // A command is over in a moment: what it printed is what is looked for, so its end is shown first.
  const played = usePlayer(timeline, from ?? (session.kind === 'exec' ? timeline.durationMs : 0));
  // Key frames were drawn from UTF-8; in another encoding everything before the moment is needed.
  const seek = (at: number) => {
    if (encoding === 'utf-8') onWant(at);
    played.seek(at);
  };
  const player = { ...played, seek };
  const readAs = (wanted: Encoding) => {
    if (wanted !== 'utf-8') onWant(0);
    setEncoding(wanted);
  };
  if (session.kind === 'forward') {
    return (
      <section className="stack">
        <IntegrityNote integrity={timeline.integrity} />
        <Transferred session={session} timeline={timeline} />
      </section>
    );
  }
  return (
    <section className="replay">
      <IntegrityNote integrity={timeline.integrity} />
      <div className="player">
        <Screen key={encoding} session={session} timeline={timeline} at={player.at} encoding={encoding} />
        <Controls timeline={timeline} player={player} encoding={encoding} onEncoding={readAs} />
      </div>
      <Lane
        encoding={encoding}
        timeline={timeline}
        at={player.at}
        onSeek={player.seek}
        session={session}
        onAgain={onAgain}
      />
    </section>
  );
}

interface ScreenProps {
  readonly session: Session;
  readonly timeline: Timeline;
  readonly at: number;
  readonly encoding: Encoding;
}

function Screen({ session, timeline, at, encoding }: ScreenProps) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const screen = useRef<PlayerScreen>(undefined);
  const first = useRef(timeline);
  const bare = session.kind === 'exec';
  useEffect(() => {
    if (place.current === null) return;
    const made = new PlayerScreen(place.current, first.current, { bareLineFeeds: bare, encoding });
    screen.current = made;
    return () => made.dispose();
  }, [bare, encoding]);
  useEffect(() => screen.current?.show(timeline, at), [timeline, at]);
  return (
    <div className="player-screen">
      {/* biome-ignore lint/a11y/useSemanticElements: a group of drawn text, not a set of form fields */}
      <div ref={place} role="group" aria-label={t('replay.screen')} data-testid="replay" />
    </div>
  );
}
