// Days and hours in which nothing is approved and nothing is open but emergencies (R5).

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { without } from '../../approvals/freeze/open-spans.ts';
import { refusal } from '../identity/cast.ts';
import { onEachDatabase } from '../support/databases.ts';
import { createWorld, HOUR, type World } from './world.ts';

const freeze = (at: World, start: number, end: number) =>
  at.freezes.place(at.head.user, { start, end, reason: '开标' });

onEachDatabase((under) => {
  const world = () => createWorld(under.current());

  test('a freeze inside a window closes what is open, and it opens again afterwards (R1, R5)', async () => {
    const at = await world();
    const { windowStart, windowEnd } = await at.open();
    const before = await at.gate.decide(at.engineer.user, at.request());
    const [from, until] = [windowStart + HOUR, windowStart + HOUR + 600_000];
    const [placed] = await freeze(at, from, until);
    expect(await at.gate.stillAllowed(before)).toBeUndefined();
    expect((await at.gate.decide(at.engineer.user, at.request())).closesAt).toBe(from);
    expect((await at.gate.openable()).nextChangeAt).toBe(from);
    at.clock.advance(from - at.clock.now());
    expect(await at.gate.stillAllowed(before)).toBe('freeze-began');
    expect(await refusal(at.gate.decide(at.engineer.user, at.request()))).toBe('channel.frozen');
    expect(await at.gate.openable()).toEqual({ sources: [], nextChangeAt: until });
    at.clock.advance(until - at.clock.now());
    expect((await at.gate.decide(at.engineer.user, at.request())).closesAt).toBe(windowEnd);
    expect(await at.freezes.list(at.engineer.user)).toEqual([]);
    expect((await at.evidence('freeze.placed'))[0]?.details).toMatchObject({ freeze: placed?.id, start: from });
  });

  test('a freeze that begins now cuts at once (R5)', async () => {
    const at = await world();
    await at.open();
    const live = await at.gate.decide(at.engineer.user, at.request());
    await freeze(at, at.clock.now(), at.clock.now() + HOUR);
    expect(await at.gate.stillAllowed(live)).toBe('freeze-began');
  });

  test('nothing is approved during a freeze, nor a window that runs into one until it is narrowed (R5)', async () => {
    const at = await world();
    const { id, read, windowStart, windowEnd } = await at.submitted();
    const [now] = await freeze(at, at.clock.now(), at.clock.now() + 600_000);
    expect(await refusal(at.approve(id, read))).toBe('freeze.no-approvals');
    const fresh = await at.fresh(at.head.user, at.head.member, 'freeze.lift');
    await at.freezes.lift(at.head.user, fresh, now?.id ?? '');
    await freeze(at, windowStart + HOUR, windowEnd + HOUR);
    expect(await refusal(at.approve(id, read))).toBe('freeze.window-frozen');
    const narrow = { windows: [{ start: windowStart, end: windowStart + HOUR }] };
    expect(await at.approve(id, read, at.head, narrow)).toMatchObject({ state: 'approved' });
  });

  test('an emergency is not frozen (R5, R7)', async () => {
    const at = await world();
    const section = await at.actor('zhou-xinxi', 'section');
    const now = at.clock.now();
    const { id, read } = await at.submitted({
      windowStart: now,
      windowEnd: now + HOUR,
      terms: { urgency: 'emergency' },
    });
    await freeze(at, now, now + 2 * HOUR);
    await at.approve(id, read, section);
    await at.approve(id, (await at.tickets.get(at.head.user, id)).shown?.hash ?? '');
    expect(await refusal(at.gate.decide(at.engineer.user, at.request()))).toBe('allowed');
  });

  test('heads and the section place them, only a head lifts them, everybody sees them (R5, R8)', async () => {
    const at = await world();
    const section = await at.actor('zhou-xinxi', 'section');
    const start = at.clock.now() + HOUR;
    const [placed] = await at.freezes.place(section.user, { start, end: start + HOUR, reason: '开标' });
    expect(await at.freezes.list(at.engineer.user)).toHaveLength(1);
    for (const { user } of [at.engineer, at.boss]) {
      expect(await refusal(at.freezes.place(user, { start, end: start + HOUR, reason: 'x' }))).toBe('role.not-allowed');
    }
    const fresh = await at.fresh(section.user, section.member, 'freeze.lift');
    expect(await refusal(at.freezes.lift(section.user, fresh, placed?.id ?? ''))).toBe('duty.only-heads-have-deputies');
    for (const [from, until] of [
      [start, start],
      [start - 3 * HOUR, start - 2 * HOUR],
      [start, start + 40 * 24 * HOUR],
      [Number.NaN, start],
    ] as const) {
      const bad = at.freezes.place(at.head.user, { start: from, end: until, reason: '开标' });
      expect(await refusal(bad)).toBe('freeze.invalid');
    }
  });
});

test('what is left of windows lies in a window and in no freeze, and nothing else is lost', () => {
  const span = fc
    .tuple(fc.nat(100), fc.integer({ min: 1, max: 30 }))
    .map(([start, length]) => ({ start, end: start + length }));
  const inside = (spans: readonly { start: number; end: number }[], at: number) =>
    spans.some(({ start, end }) => start <= at && at < end);
  fc.assert(
    fc.property(fc.array(span, { maxLength: 4 }), fc.array(span, { maxLength: 4 }), (windows, freezes) => {
      const left = without(windows, freezes);
      for (let at = 0; at < 135; at += 1) {
        expect(inside(left, at)).toBe(inside(windows, at) && !inside(freezes, at));
      }
      for (const { start, end } of left) expect(start).toBeLessThan(end);
    }),
  );
});
