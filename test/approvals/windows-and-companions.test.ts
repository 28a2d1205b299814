// Several windows, and people who come along.

import { expect, test } from 'vitest';
import { newId } from '../../store/core/ids.ts';
import { refusal } from '../identity/cast.ts';
import { onEachDatabase } from '../support/databases.ts';
import { createWorld, HOUR, REPORT, type World } from './world.ts';

/** Open from the first to the second hour from now, and from the fourth to the fifth. */
const twoWindows = (at: World) => {
  const now = at.clock.now();
  const windows = [
    { start: now + HOUR, end: now + 2 * HOUR },
    { start: now + 4 * HOUR, end: now + 5 * HOUR },
  ];
  return { windows, windowStart: now + HOUR, windowEnd: now + 5 * HOUR };
};

onEachDatabase((under) => {
  const world = () => createWorld(under.current());

  test('a ticket with two windows opens in each of them, and not between (R1)', async () => {
    const at = await world();
    const asked = twoWindows(at);
    const { windowStart } = await at.approved(asked);
    const decide = () => refusal(at.gate.decide(at.engineer.user, at.request()));
    const to = (moment: number) => at.clock.advance(moment - at.clock.now());
    const seen: string[] = [];
    for (const [from, end] of asked.windows.map(({ start, end }) => [start, end] as const)) {
      to(from - 1);
      seen.push(await decide());
      expect((await at.gate.openable()).nextChangeAt).toBe(from);
      to(from);
      const channel = await at.gate.decide(at.engineer.user, at.request());
      expect(channel.closesAt).toBe(end);
      expect((await at.gate.openable()).nextChangeAt).toBe(end);
      to(end - 1);
      seen.push(await decide());
      to(end);
      expect(await at.gate.stillAllowed(channel)).toBe('window-ended');
      seen.push(await decide());
    }
    expect(seen).toEqual([
      'channel.not-yet',
      'allowed',
      'channel.not-yet',
      'channel.not-yet',
      'allowed',
      'channel.over',
    ]);
    expect(windowStart).toBe(asked.windowStart);
    expect((await at.gate.openable()).sources).toEqual([]);
  });

  test('a companion opens with their own account what the ticket says, and does nothing else with it (R13)', async () => {
    const at = await world();
    const other = await at.actor('zhao-gong', 'operator', '甲公司');
    const { id, shown } = await at.open({ terms: { companions: [other.member.id] } });
    const channel = await at.gate.decide(other.user, at.request());
    expect(channel.user.account.id).toBe(other.member.id);
    await at.sessions.opened(channel, {});
    expect((await at.tickets.list(other.user)).map((ticket) => ticket.id)).toEqual([id]);
    expect((await at.tickets.get(other.user, id)).connectionNames).toEqual(['zhao-gong+root+web1']);
    expect((await at.evidence('ticket.approved')).at(-1)?.details).toMatchObject({ companions: [other.member.id] });
    expect(await refusal(at.tickets.withdraw(other.user, id))).toBe('role.not-allowed');
    expect(await refusal(at.tickets.report(other.user, id, REPORT))).toBe('role.not-allowed');
    const fresh = await at.fresh(other.user, other.member, 'ticket.approve');
    expect(await refusal(at.tickets.approve(other.user, fresh, id, shown?.hash ?? ''))).toBe('duty.companion-approves');
  });

  test('who is named only in the table, and not in what was approved, opens nothing (R13)', async () => {
    const at = await world();
    const other = await at.actor('zhao-gong', 'operator', '甲公司');
    const { id } = await at.open();
    await at.database.transaction((tx) =>
      tx.insertInto('ticket_companion').values({ ticket_id: id, account_id: other.member.id }).execute(),
    );
    expect(await refusal(at.gate.decide(other.user, at.request()))).toBe('channel.unknown-target');
    expect(await refusal(at.tickets.get(other.user, id))).toBe('ticket.absent');
  });

  test('when a companion departs, their channels go and the others’ stay (R10)', async () => {
    const at = await world();
    const other = await at.actor('zhao-gong', 'operator', '甲公司');
    await at.open({ terms: { companions: [other.member.id] } });
    const theirs = await at.gate.decide(other.user, at.request());
    const own = await at.gate.decide(at.engineer.user, at.request());
    const fresh = await at.fresh(at.boss.user, at.boss.member, 'account.depart');
    await at.departures.depart(at.boss.user, fresh, other.member.id, '离岗');
    expect(await at.gate.stillAllowed(theirs)).toBe('account-departed');
    expect(await at.gate.stillAllowed(own)).toBeUndefined();
  });

  test('only active operators of the same company come along, and nobody twice (R13)', async () => {
    const at = await world();
    const rival = await at.actor('qian-gong', 'operator', '乙公司');
    const gone = await at.actor('sun-gong', 'operator', '甲公司');
    const fresh = await at.fresh(at.boss.user, at.boss.member, 'account.depart');
    await at.departures.depart(at.boss.user, fresh, gone.member.id, '离岗');
    for (const id of [rival.member.id, gone.member.id, at.engineer.member.id, at.head.member.id, newId('acc')]) {
      const made = at.tickets.create(at.engineer.user, at.body({ terms: { companions: [id] } }));
      expect(await refusal(made)).toBe('ticket.companions-invalid');
    }
  });

  test('terms that were changed behind the approval open nothing (R3)', async () => {
    const at = await world();
    const { id } = await at.open({ terms: { supervised: true } });
    const run = at.database.transaction;
    const { terms } = await run((tx) =>
      tx.selectFrom('ticket').select('terms').where('id', '=', id).executeTakeFirstOrThrow(),
    );
    await run((tx) =>
      tx
        .updateTable('ticket')
        .set({ terms: terms?.replace('"supervised":true', '"supervised":false') ?? null })
        .execute(),
    );
    expect(await refusal(at.gate.decide(at.engineer.user, at.request()))).toBe('ticket.altered');
  });
});
