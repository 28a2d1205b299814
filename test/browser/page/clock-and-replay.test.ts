import { expect, test } from 'vitest';
import { daysBetween, fullTime, instantOf, wallTime } from '../../../web/app/clock/wall-time.ts';
import { afterIdle, eventsUntil, grown, holds } from '../../../web/app/replay/timeline.ts';
import { keysOf, typedLines } from '../../../web/app/replay/typed-lines.ts';
import { recordingOf } from './fake-recording.ts';

test('a wall time of the centre is the same instant wherever the browser stands', () => {
  const at = Date.UTC(2026, 2, 12, 12, 0);
  expect(instantOf('2026-03-12T20:00', 'Asia/Shanghai')).toBe(at);
  expect(wallTime(at, 'Asia/Shanghai')).toBe('2026-03-12T20:00');
  expect(fullTime(at, 'Asia/Shanghai')).toBe('2026-03-12 20:00:00 UTC+08:00');
  expect(instantOf('2026-03-12', 'Asia/Shanghai')).toBeUndefined();
});

test('days are counted on the calendar of the centre', () => {
  expect(daysBetween(Date.UTC(2026, 2, 12, 15, 59), Date.UTC(2026, 2, 12, 16, 0), 'Asia/Shanghai')).toBe(1);
});

test('pages of a recording grow into one timeline', () => {
  const first = recordingOf('s-done', 0);
  const second = recordingOf('s-done', first.next ?? 0);
  const timeline = grown(grown(undefined, first), second);
  expect(timeline.events).toHaveLength(first.events.length + second.events.length);
});

test('seeking finds what has happened by a moment, the moment included', () => {
  const events = [0, 10, 10, 20].map((at) => ({ at, kind: 'output' as const, bytes: new Uint8Array() }));
  expect([-1, 0, 9, 10, 19, 20, 99].map((at) => eventsUntil(events, at))).toEqual([0, 1, 1, 3, 3, 4, 4]);
});

test('idle stretches are skipped, short pauses are not', () => {
  const events = [0, 1000, 60_000].map((at) => ({ at, kind: 'output' as const, bytes: new Uint8Array() }));
  const timeline = {
    columns: 80,
    rows: 24,
    start: undefined,
    durationMs: 60_000,
    events,
    integrity: { intact: true as const },
    keys: 'unguarded' as const,
    complete: true,
  };
  expect(afterIdle(timeline, 500)).toBe(500);
  expect(afterIdle(timeline, 1000)).toBe(59_600);
});

test('keys without a glyph are shown as signs', () => {
  expect(keysOf('ls\t\r\x03\x7f\x1b[A\x1bOB\x1b[3~').join('')).toBe('ls⇥⏎⌃C⌫↑↓⌦');
});

test('what was typed is cut into lines at Enter', () => {
  let timeline: ReturnType<typeof grown> | undefined;
  for (let from: number | null = 0; from !== null; ) {
    const page = recordingOf('s-done', from);
    timeline = grown(timeline, page);
    from = page.next;
  }
  expect(typedLines(timeline?.events ?? []).map((line) => line.text)).toEqual([
    'cd /opt/kaibiao && ls -l 配置⏎',
    'systemctl status kaibiao⏎',
    'exit⏎',
  ]);
});

test('a reading that began in the middle holds what comes after it, as far as it has come (R17)', () => {
  const page = {
    columns: 80,
    rows: 24,
    durationMs: 90_000,
    events: [{ at: 40_100, kind: 'output' as const, data: 'eA==' }],
    next: 2 ** 32 + 1,
    live: false,
    start: { at: 40_000, columns: 100, rows: 30, data: 'G1tI', exact: true },
    integrity: { intact: true as const },
    keys: 'unguarded' as const,
  };
  const first = grown(undefined, page);
  expect([first.columns, first.rows, first.start?.at]).toEqual([100, 30, 40_000]);
  expect([39_999, 40_050, 40_200].map((at) => holds(first, at))).toEqual([false, true, false]);
  const whole = grown(first, { ...page, start: null, events: [], next: null });
  expect(whole.start).toBe(first.start);
  expect(holds(whole, 80_000)).toBe(true);
});
