// Two people open at once, and a head looks at it within a day (R7, R31).

import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { sayUnreviewed } from '../../approvals/emergency/unreviewed.ts';
import { createOverdueWatch } from '../../approvals/overdue-watch.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { refusal } from '../identity/cast.ts';
import { onEachDatabase } from '../support/databases.ts';
import { type Actor, createWorld, HOUR, type World } from './world.ts';

onEachDatabase((under) => {
  const world = async () => {
    const at = await createWorld(under.current());
    const section = await at.actor('zhou-xinxi', 'section');
    const second = await at.actor('wang-zhuren', 'head');
    return { ...at, section, second };
  };
  const asked = async (at: World, urgency: 'emergency' | 'drill' = 'emergency') => {
    const now = at.clock.now();
    return at.submitted({ windowStart: now, windowEnd: now + 2 * HOUR, terms: { urgency } });
  };
  const confirm = async (at: World, by: Actor, id: string) =>
    at.approve(id, (await at.tickets.get(by.user, id)).shown?.hash ?? '', by);

  test('the section and a head open it, each by themselves not; everything says what it is', async () => {
    const at = await world();
    const { id } = await asked(at);
    expect(await confirm(at, at.section, id)).toMatchObject({ state: 'submitted', route: { emergency: true } });
    expect(await refusal(at.gate.decide(at.engineer.user, at.request()))).toBe('ticket.not-approved');
    expect(await refusal(confirm(at, at.section, id))).toBe('duty.decides-twice');
    const open = await confirm(at, at.head, id);
    expect(open).toMatchObject({ state: 'approved', emergencyReview: { review: null } });
    expect(open.shown?.summary[0]?.zh).toMatch(/^应急：/);
    expect(await refusal(at.gate.decide(at.engineer.user, at.request()))).toBe('allowed');
    expect((await at.evidence('emergency.opened'))[0]?.details).toMatchObject({ ticket: id, drill: false });
  });

  test('two of the section open none; one of them in a head’s place does (R7, B17)', async () => {
    const at = await world();
    const third = await at.actor('sun-xinxi', 'section');
    const { id } = await asked(at);
    await confirm(at, at.section, id);
    expect(await refusal(confirm(at, third, id))).toBe('duty.emergency-takes-a-head');
    expect(await refusal(at.gate.decide(at.engineer.user, at.request()))).toBe('ticket.not-approved');
    const fresh = await at.fresh(at.head.user, at.head.member, 'deputy.appoint');
    const [from, until] = [at.clock.now(), at.clock.now() + HOUR];
    await at.deputies.appoint(at.head.user, fresh, { deputy: third.member.id, from, until, reason: '出差' });
    expect(await confirm(at, third, id)).toMatchObject({
      state: 'approved',
      approvals: [{ deputyFor: null }, { deputyFor: { name: 'zhang-zhuren' } }],
    });
  });

  test('the section opens nothing that is no emergency', async () => {
    const at = await world();
    const { id } = await at.submitted();
    expect(await refusal(confirm(at, at.section, id))).toBe('duty.only-heads-approve');
  });

  test('a head who did not open it reviews it, once, in their own words', async () => {
    const at = await world();
    const { id } = await asked(at);
    await confirm(at, at.section, id);
    await confirm(at, at.head, id);
    const review = ({ user }: Actor) => at.tickets.review(user, id, 'justified', '确属紧急，处置得当');
    expect(await refusal(review(at.head))).toBe('duty.opener-reviews-own');
    expect(await refusal(review(at.section))).toBe('duty.only-heads-review');
    expect(await refusal(review(at.engineer))).toBe('duty.requester-approves-own');
    expect(await review(at.second)).toMatchObject({
      emergencyReview: { review: { by: { name: 'wang-zhuren' }, verdict: 'justified' } },
    });
    expect(await refusal(review(at.second))).toBe('emergency.nothing-to-review');
    const ordinary = await at.approved();
    expect(await refusal(at.tickets.review(at.second.user, ordinary.id, 'justified', '好'))).toBe(
      'emergency.nothing-to-review',
    );
    const raw = sql`update emergency_review set reviewer_id = ${at.head.member.id}, reviewed_at = 1`;
    await expect(at.database.transaction((tx) => raw.execute(tx))).rejects.toThrow('does not review');
  });

  test('nobody having reviewed it within a day is said, once (R28)', async () => {
    const at = await world();
    const { id, number } = await asked(at);
    await confirm(at, at.section, id);
    await confirm(at, at.head, id);
    const watch = createOverdueWatch({ ...at, logger: silentLogger }, sayUnreviewed(at.append));
    at.clock.advance(24 * HOUR - 60_000);
    expect(await watch.look()).toBe(0);
    at.clock.advance(60_000);
    expect(await watch.look()).toBe(1);
    expect(await watch.look()).toBe(0);
    expect((await at.evidence('emergency.unreviewed'))[0]?.details).toMatchObject({ ticket: id, number });
  });

  test('a drill goes the same way, and says that it is one (R31)', async () => {
    const at = await world();
    const { id } = await asked(at, 'drill');
    await confirm(at, at.section, id);
    const open = await confirm(at, at.head, id);
    expect(open.shown?.summary[0]?.zh).toMatch(/^应急演练：/);
    expect((await at.evidence('emergency.opened'))[0]?.details).toMatchObject({ ticket: id, drill: true });
  });

  test('is one short window that begins at once', async () => {
    const at = await world();
    const now = at.clock.now();
    const ask = (windowStart: number, windowEnd: number, windows?: readonly { start: number; end: number }[]) =>
      refusal(
        at.tickets.create(
          at.engineer.user,
          at.body({ windowStart, windowEnd, terms: { urgency: 'emergency' }, ...(windows && { windows }) }),
        ),
      );
    expect(await ask(now, now + 4 * HOUR)).toBe('allowed');
    expect(await ask(now, now + 4 * HOUR + 1)).toBe('ticket.emergency-window');
    expect(await ask(now + 2 * HOUR, now + 3 * HOUR)).toBe('ticket.emergency-window');
    const two = [
      { start: now, end: now + HOUR },
      { start: now + 2 * HOUR, end: now + 3 * HOUR },
    ];
    expect(await ask(now, now + 3 * HOUR, two)).toBe('ticket.emergency-window');
  });
});
