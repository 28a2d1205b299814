// The position of the player: moves while playing, at the chosen speed, over idle stretches if asked.

import { useEffect, useState } from 'react';
import { afterIdle, type Timeline } from './timeline.ts';

export const SPEEDS = [1, 2, 4, 8] as const;
export type Speed = (typeof SPEEDS)[number];

export interface Player {
  readonly at: number;
  readonly playing: boolean;
  readonly speed: Speed;
  readonly skipIdle: boolean;
  readonly seek: (at: number) => void;
  readonly toggle: () => void;
  readonly setSpeed: (speed: Speed) => void;
  readonly setSkipIdle: (skip: boolean) => void;
}

/** `from`: where the player stands before anybody has touched it, in milliseconds. */
export function usePlayer(timeline: Timeline, from: number): Player {
  const [at, setAt] = useState(from);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>(1);
  const [skipIdle, setSkipIdle] = useState(true);
  const end = timeline.durationMs;
  useEffect(() => {
    if (!playing) return;
    let before = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      const passed = (now - before) * speed;
      before = now;
      setAt((place) => Math.min(end, (skipIdle ? afterIdle(timeline, place) : place) + passed));
      frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing, speed, skipIdle, timeline, end]);
  useEffect(() => {
    if (at >= end) setPlaying(false);
  }, [at, end]);
  return {
    at,
    playing,
    speed,
    skipIdle,
    seek: (place) => setAt(Math.max(0, Math.min(end, place))),
    toggle: () => {
      if (!playing && at >= end) setAt(0);
      setPlaying(!playing);
    },
    setSpeed,
    setSkipIdle,
  };
}
