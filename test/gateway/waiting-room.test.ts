// Who may wait to be signed in (B4).

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STAGES, type Stage, type Waiting, WaitingRoom } from '../../bastion/gateway/front/waiting-room.ts';

const first = () => 0;

function room(limits = { total: 100, perSource: 3 }, random: (below: number) => number = first) {
  const made = new WaitingRoom(limits, random);
  const dropped: string[] = [];
  const enter = (source: string, name: string, stage?: Stage): Waiting | undefined => {
    const waiting = made.enter(source, () => dropped.push(name));
    if (stage !== undefined) waiting?.reached(stage);
    return waiting;
  };
  return { made, dropped, enter };
}

test.each([
  [['agreed', 'silent', 'spoke'], 'b'],
  [['agreed', 'agreed', 'spoke'], 'c'],
  [['known', 'agreed', 'known'], 'b'],
] as const)('with %j in a full room, %s goes', (stages, goes) => {
  const { dropped, enter } = room();
  for (const [index, stage] of stages.entries()) enter('here', 'abc'[index] ?? '', stage);
  expect(enter('here', 'new')).toBeDefined();
  expect(dropped).toEqual([goes]);
});

test('where everybody has proven something nobody goes, and nobody comes until one leaves', () => {
  const { dropped, enter } = room();
  const [one] = ['a', 'b', 'c'].map((name) => enter('here', name, 'known'));
  expect(enter('here', 'new')).toBeUndefined();
  one?.leave();
  expect(enter('here', 'new')).toBeDefined();
  expect(dropped).toEqual([]);
});

test('of equals one goes by lot, so that coming first is no way to stay', () => {
  const { dropped, enter } = room(undefined, (below) => below - 1);
  for (const name of ['a', 'b', 'c']) enter('here', name, 'agreed');
  enter('here', 'new');
  expect(dropped).toEqual(['c']);
});

test('a full house is at the cost of whoever fills it', () => {
  const { dropped, enter } = room({ total: 4, perSource: 3 });
  enter('quiet', 'a');
  for (const name of ['x', 'y', 'z']) enter('loud', name, 'agreed');
  expect(enter('another', 'new')).toBeDefined();
  expect(dropped).toEqual(['x']);
});

test('never more than the limits, and never out for who has proven something', () => {
  const act = fc.record({
    source: fc.constantFrom('a', 'b', 'c', 'd'),
    stage: fc.constantFrom(...STAGES),
    leaves: fc.nat(9),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 200 }), fc.integer(), (acts, seed) => {
      const limits = { total: 7, perSource: 3 };
      let state = seed;
      const made = new WaitingRoom(limits, (below) => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        return state % below;
      });
      const inside = new Map<object, { source: string; stage: Stage; waiting: Waiting }>();
      for (const { source, stage, leaves } of acts) {
        const key = {};
        const waiting = made.enter(source, () => {
          expect(inside.get(key)?.stage).not.toBe('known');
          inside.delete(key);
        });
        if (waiting !== undefined) {
          waiting.reached(stage);
          inside.set(key, { source, stage, waiting });
        }
        const [leaver, place] = [...inside][leaves] ?? [];
        if (leaver !== undefined && leaves < 3) {
          place?.waiting.leave();
          inside.delete(leaver);
        }
        expect(made.size).toBe(inside.size);
        expect(inside.size).toBeLessThanOrEqual(limits.total);
        for (const name of ['a', 'b', 'c', 'd']) {
          expect([...inside.values()].filter((one) => one.source === name).length).toBeLessThanOrEqual(
            limits.perSource,
          );
        }
      }
    }),
  );
});
