// More time for a window, from the asking to what it does to live channels, on both databases.

import { expect, test } from 'vitest';
import type { EndReason } from '../../../store/core/end-reason.ts';
import { refusal } from '../../identity/cast.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { type Actor, createWorld, HOUR, type World } from '../world.ts';

const REASON = '升级比预计的慢';

onEachDatabase((under) => {
  const world = () => createWorld(under.current());

  /** A ticket in its window, and somebody's wish for another half hour. */
  async function asked() {
    const at = await world();
    const ticket = await at.open();
    const wish = await at.extensions.ask(at.engineer.user, ticket.id, { minutes: 30 }, REASON);
    return { at, ticket, wish };
  }
  const grant = async (at: World, id: string, by: Actor = at.head) =>
    at.extensions.grant(by.user, await at.fresh(by.user, by.member, 'extension.grant'), id);

  test('what the head grants holds: the gate, the ticket and a live channel go on past the old end (R1)', async () => {
    const { at, ticket, wish } = await asked();
    expect(wish).toMatchObject({ state: 'asked', fromEnd: ticket.windowEnd, until: ticket.windowEnd + HOUR / 2 });
    const channel = await at.gate.decide(at.engineer.user, at.request());
    const cut = Promise.withResolvers<EndReason>();
    const moved: number[] = [];
    at.live.add(channel, async (reason) => cut.resolve(reason), { moved: (closesAt) => moved.push(closesAt) });
    expect(await grant(at, wish.id)).toMatchObject({ state: 'granted', decider: { name: at.head.member.name } });
    await at.live.reconsider();
    expect(moved).toEqual([wish.until]);
    at.clock.advance(ticket.windowEnd + 1000 - at.clock.now());
    await at.live.reconsider();
    expect([at.live.count(), moved.length]).toEqual([1, 1]);
    expect((await at.gate.decide(at.engineer.user, at.request())).closesAt).toBe(wish.until);
    expect((await at.tickets.get(at.engineer.user, ticket.id)).inForce.windows.at(-1)?.end).toBe(wish.until);
    expect(await at.gate.openable()).toMatchObject({ nextChangeAt: wish.until });
    at.clock.advance(wish.until - at.clock.now());
    expect(await cut.promise).toBe('window-ended');
    expect(await refusal(at.gate.decide(at.engineer.user, at.request()))).toBe('channel.over');
  });

  test('a deputy grants in the head’s place, on record, and no longer than their days last (R7)', async () => {
    const { at, wish, ticket } = await asked();
    const section = await at.actor('zhou-xinxi', 'section');
    expect(await refusal(grant(at, wish.id, section))).toBe('duty.only-heads-extend');
    const fresh = await at.fresh(at.head.user, at.head.member, 'deputy.appoint');
    const [from, until] = [at.clock.now(), at.clock.now() + HOUR / 4];
    await at.deputies.appoint(at.head.user, fresh, { deputy: section.member.id, from, until, reason: '出差' });
    expect(await grant(at, wish.id, section)).toMatchObject({ state: 'granted', decider: { name: 'zhou-xinxi' } });
    expect((await at.evidence('ticket.extended'))[0]?.details).toMatchObject({ deputyFor: at.head.member.id });
    at.clock.advance(HOUR / 4);
    const more = await at.extensions.ask(at.engineer.user, ticket.id, { minutes: 10 }, REASON);
    expect(await refusal(grant(at, more.id, section))).toBe('deputy.over');
  });

  test('a channel of one window is not carried into the next by more time for the first (R1)', async () => {
    const at = await world();
    const now = at.clock.now();
    const windows = [
      { start: now + HOUR, end: now + 2 * HOUR },
      { start: now + 4 * HOUR, end: now + 5 * HOUR },
    ];
    const ticket = await at.open({ windows, windowStart: now + HOUR, windowEnd: now + 5 * HOUR });
    const channel = await at.gate.decide(at.engineer.user, at.request());
    const cut = Promise.withResolvers<EndReason>();
    at.live.add(channel, async (reason) => cut.resolve(reason));
    const wish = await at.extensions.ask(at.engineer.user, ticket.id, { until: now + 4 * HOUR }, REASON);
    await grant(at, wish.id);
    await at.live.reconsider();
    at.clock.advance(now + 4 * HOUR - at.clock.now());
    expect(await cut.promise).toBe('window-ended');
    expect(await at.gate.standing(channel)).toMatchObject({ closesAt: now + 4 * HOUR });
  });

  test('a companion may ask as well; strangers see nothing, and nobody of that side grants (R8)', async () => {
    const at = await world();
    const mate = await at.actor('zhao-gong', 'operator', '甲公司');
    const rival = await at.actor('qian-gong', 'operator', '乙公司');
    const { id } = await at.open({ terms: { companions: [mate.member.id] } });
    const ask = (by: Actor) => at.extensions.ask(by.user, id, { minutes: 10 }, REASON);
    expect(await refusal(ask(rival))).toBe('ticket.absent');
    expect(await refusal(ask(at.head))).toBe('role.not-allowed');
    const wish = await ask(mate);
    expect(await refusal(ask(at.engineer))).toBe('extension.pending');
    expect(await refusal(grant(at, wish.id, mate))).toBe('duty.companion-extends');
    expect(await refusal(grant(at, wish.id, at.engineer))).toBe('duty.requester-extends-own');
    expect(await refusal(grant(at, wish.id, rival))).toBe('extension.absent');
    const section = await at.actor('zhou-ke', 'section');
    expect(await refusal(grant(at, wish.id, section))).toBe('duty.only-heads-extend');
    expect((await at.extensions.list(at.engineer.user, id)).map(({ state }) => state)).toEqual(['asked']);
    expect((await at.extensions.withdraw(at.engineer.user, wish.id)).state).toBe('withdrawn');
    expect(await refusal(grant(at, wish.id))).toBe('extension.not-possible-now');
  });

  test('granting takes a fresh second factor of that act, once (R15)', async () => {
    const { at, wish } = await asked();
    const { user, member } = at.head;
    const other = await at.fresh(user, member, 'ticket.approve');
    expect(await refusal(at.extensions.grant(user, other, wish.id))).toBe('step-up.required');
    const fresh = await at.fresh(user, member, 'extension.grant');
    await at.extensions.grant(user, fresh, wish.id);
    expect(await refusal(at.extensions.grant(user, fresh, wish.id))).toBe('step-up.required');
  });

  test('only while the ticket is approved and a window is open (R1)', async () => {
    const at = await world();
    const ask = (id: string) => refusal(at.extensions.ask(at.engineer.user, id, { minutes: 10 }, REASON));
    const waiting = await at.submitted();
    expect(await ask(waiting.id)).toBe('ticket.not-possible-now');
    const early = await at.approved();
    expect(await ask(early.id)).toBe('extension.no-open-window');
    at.clock.advance(early.windowStart - at.clock.now());
    const wish = await at.extensions.ask(at.engineer.user, early.id, { minutes: 10 }, REASON);
    at.clock.advance(early.windowEnd - at.clock.now());
    expect(await ask(early.id)).toBe('extension.no-open-window');
    expect((await at.extensions.list(at.head.user, early.id))[0]?.state).toBe('expired');
    const again = await at.signIn(at.head.member);
    const fresh = await at.fresh(again, at.head.member, 'extension.grant');
    expect(await refusal(at.extensions.grant(again, fresh, wish.id))).toBe('extension.expired');
  });

  test('refused with words; then it may be asked for again (R7)', async () => {
    const { at, ticket, wish } = await asked();
    expect(await refusal(at.extensions.refuse(at.head.user, wish.id, '  '))).toBe('text.refused');
    expect(await at.extensions.refuse(at.head.user, wish.id, '明天再做')).toMatchObject({
      state: 'refused',
      decisionReason: '明天再做',
    });
    expect((await at.tickets.get(at.head.user, ticket.id)).inForce.windows.at(-1)?.end).toBe(ticket.windowEnd);
    await at.extensions.ask(at.engineer.user, ticket.id, { minutes: 5 }, REASON);
    const said = (await at.evidence()).map(({ type }) => type).filter((type) => /exten/.test(type));
    expect(said).toEqual(['extension.asked', 'extension.refused', 'extension.asked']);
  });

  test('of many who decide at once one does, and of many who ask one asks (R8)', async () => {
    const { at, ticket, wish } = await asked();
    const { user, member } = at.head;
    const fresh = [];
    for (let nth = 0; nth < 3; nth += 1) fresh.push(await at.fresh(user, member, 'extension.grant'));
    const outcomes = await Promise.all([
      ...fresh.map((each) => refusal(at.extensions.grant(user, each, wish.id))),
      refusal(at.extensions.refuse(user, wish.id, '不行')),
      refusal(at.extensions.withdraw(at.engineer.user, wish.id)),
    ]);
    expect(outcomes.filter((code) => code === 'allowed')).toHaveLength(1);
    const wishes = await Promise.all(
      [1, 2, 3].map((minutes) => refusal(at.extensions.ask(at.engineer.user, ticket.id, { minutes }, REASON))),
    );
    expect(wishes.sort()).toEqual(['allowed', 'extension.pending', 'extension.pending']);
  });

  test('who departs wishes for nothing any more (R10)', async () => {
    const at = await world();
    const mate = await at.actor('zhao-gong', 'operator', '甲公司');
    const { id } = await at.open({ terms: { companions: [mate.member.id] } });
    await at.extensions.ask(mate.user, id, { minutes: 10 }, REASON);
    const fresh = await at.fresh(at.boss.user, at.boss.member, 'account.depart');
    await at.departures.depart(at.boss.user, fresh, mate.member.id, '离岗');
    expect((await at.extensions.list(at.head.user, id))[0]?.state).toBe('withdrawn');
    expect(await at.evidence('extension.withdrawn')).toHaveLength(1);
  });

  test('the database keeps what was asked and what was decided, whoever writes to it (R8)', async () => {
    const { at, wish } = await asked();
    const run = at.database.transaction;
    const set = (values: object) =>
      run((tx) => tx.updateTable('ticket_extension').set(values).where('id', '=', wish.id).execute());
    const own = { state: 'granted', decider_id: at.engineer.member.id, decided_at: 1 };
    await expect(set(own)).rejects.toThrow();
    await expect(set({ state: 'granted' })).rejects.toThrow();
    await expect(set({ until: wish.until + 1 })).rejects.toThrow('does not change');
    await set({ state: 'refused', decider_id: at.head.member.id, decided_at: 1 });
    await expect(set({ state: 'granted' })).rejects.toThrow('stays');
    await expect(run((tx) => tx.deleteFrom('ticket_extension').execute())).rejects.toThrow('are kept');
  });
});
