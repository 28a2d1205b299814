import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { begin } from '../../approvals/ticket/passage.ts';
import { findTicket, saveProgress } from '../../approvals/ticket/repository.ts';
import { ONE_HEAD } from '../../approvals/ticket/route.ts';
import { newId } from '../../store/core/ids.ts';
import { refusal } from '../identity/cast.ts';
import { onEachDatabase } from '../support/databases.ts';
import { createWorld, HOUR, REPORT } from './world.ts';

onEachDatabase((under) => {
  const world = () => createWorld(under.current());

  test('a ticket goes from draft to closed, each step with its evidence (R1, R3)', async () => {
    const at = await world();
    const told: string[] = [];
    at.changes.subscribe((topic) => told.push(topic));
    const { id, contentHash, number } = await at.approved();
    expect(number).toMatch(/^BG-20260312-01$/);
    await at.tickets.report(at.engineer.user, id, REPORT);
    const closed = await at.tickets.accept(at.head.user, id);
    expect(closed).toMatchObject({
      state: 'closed',
      approver: { name: 'zhang-zhuren' },
      report: REPORT,
      accepted: { by: { name: 'zhang-zhuren' } },
      requester: { name: 'li-gong', vendor: '甲公司' },
    });
    const said = (await at.evidence()).filter(({ type }) => type.startsWith('ticket.'));
    expect(said.map(({ type }) => type)).toEqual([
      'ticket.created',
      'ticket.submitted',
      'ticket.approved',
      'ticket.reported',
      'ticket.closed',
    ]);
    expect(said[2]).toMatchObject({ actor: { name: 'zhang-zhuren' }, details: { ticket: id, contentHash } });
    expect(told.filter((topic) => topic === 'tickets')).toHaveLength(5);
    const arcs = await at.database.transaction((tx) =>
      tx.selectFrom('ticket_transition').select(['from_state', 'to_state']).orderBy('version').execute(),
    );
    expect(arcs.map(({ to_state }) => to_state)).toEqual(['submitted', 'approved', 'reported', 'closed']);
  });

  test('of two approvals at once one wins (R3)', async () => {
    const at = await world();
    const second = await at.actor('wang-zhuren', 'head');
    const { id, read } = await at.submitted();
    const one = await at.fresh(at.head.user, at.head.member, 'ticket.approve');
    const two = await at.fresh(second.user, second.member, 'ticket.approve');
    const answers = await Promise.all([
      refusal(at.tickets.approve(at.head.user, one, id, read)),
      refusal(at.tickets.approve(second.user, two, id, read)),
    ]);
    expect(answers.sort()).toEqual(['allowed', 'ticket.not-possible-now']);
    expect(await at.evidence('ticket.approved')).toHaveLength(1);
  });

  test('saving over a ticket that has changed meanwhile is refused, and changes nothing (R3)', async () => {
    const at = await world();
    const { id } = await at.tickets.create(at.engineer.user, at.body());
    const run = at.database.transaction;
    const seen = await run((tx) => findTicket(tx, id));
    if (seen === undefined) throw new Error('expected the ticket');
    await at.tickets.withdraw(at.engineer.user, id);
    const late = run((tx) =>
      saveProgress(tx, seen, { state: 'submitted', submittedAt: 1, passage: begin(ONE_HEAD) }, 1),
    );
    expect(await refusal(late)).toBe('ticket.changed');
    expect((await run((tx) => findTicket(tx, id)))?.progress.state).toBe('withdrawn');
  });

  test('an approval and a withdrawal at once leave one clear state (R3)', async () => {
    const at = await world();
    const { id, read } = await at.submitted();
    const fresh = await at.fresh(at.head.user, at.head.member, 'ticket.approve');
    await Promise.all([
      refusal(at.tickets.approve(at.head.user, fresh, id, read)),
      refusal(at.tickets.withdraw(at.engineer.user, id)),
    ]);
    expect((await at.tickets.get(at.head.user, id)).state).toBe('withdrawn');
  });

  test('an approval takes a fresh factor, of the head, for this act (R15)', async () => {
    const at = await world();
    const { id, read } = await at.submitted();
    const wrong = await at.fresh(at.head.user, at.head.member, 'ticket.revoke');
    expect(await refusal(at.tickets.approve(at.head.user, wrong, id, read))).toBe('step-up.required');
    const theirs = await at.fresh(at.engineer.user, at.engineer.member, 'ticket.approve');
    expect(await refusal(at.tickets.approve(at.head.user, theirs, id, read))).toBe('step-up.required');
  });

  test('an approval is bound to what was read: another hash changes nothing (R3)', async () => {
    const at = await world();
    const { id } = await at.submitted();
    expect(await refusal(at.approve(id, 'b'.repeat(64)))).toBe('ticket.content-changed');
    expect((await at.tickets.get(at.head.user, id)).state).toBe('submitted');
  });

  test('a requester does not approve their own ticket: not by role, not in the database (R8)', async () => {
    const at = await world();
    const { id, read } = await at.submitted();
    const fresh = await at.fresh(at.engineer.user, at.engineer.member, 'ticket.approve');
    expect(await refusal(at.tickets.approve(at.engineer.user, fresh, id, read))).toBe('duty.requester-approves-own');
    expect((await at.evidence('access.refused')).at(-1)).toMatchObject({
      actor: { name: 'li-gong' },
      details: { action: 'ticket.approve', code: 'duty.requester-approves-own' },
    });
    const raw = at.database.transaction((tx) =>
      sql`update ticket set state = 'approved', approver_id = requester_id`.execute(tx),
    );
    await expect(raw).rejects.toThrow();
  });

  test.each(['submit', 'withdraw', 'report', 'approve', 'refuse', 'revoke', 'get'] as const)(
    'another engineer’s ticket does not exist for %s, exactly like one that never was (R8)',
    async (act) => {
      const at = await world();
      const { id, read } = await at.submitted();
      const other = await at.actor('zhao-gong', 'operator', '乙公司');
      const fresh = () => at.fresh(other.user, other.member, act === 'revoke' ? 'ticket.revoke' : 'ticket.approve');
      const attempt = async (ticket: string) => {
        const { user } = other;
        switch (act) {
          case 'approve':
            return refusal(at.tickets.approve(user, await fresh(), ticket, read));
          case 'revoke':
            return refusal(at.tickets.revoke(user, await fresh(), ticket, '原因'));
          case 'refuse':
            return refusal(at.tickets.refuse(user, ticket, '原因'));
          case 'report':
            return refusal(at.tickets.report(user, ticket, REPORT));
          default:
            return refusal(at.tickets[act](user, ticket));
        }
      };
      for (const ticket of [id, newId('tkt'), 'nonsense', '']) expect(await attempt(ticket)).toBe('ticket.absent');
      expect(await at.evidence('access.refused')).toHaveLength(4);
      expect(await at.tickets.list(other.user)).toEqual([]);
    },
  );

  test('numbers count up each day of the centre, also when twelve are asked for at once', async () => {
    const at = await world();
    const made = await Promise.all(Array.from({ length: 12 }, () => at.tickets.create(at.engineer.user, at.body())));
    const numbers = made.map(({ number }) => number).sort();
    expect(numbers).toEqual(Array.from({ length: 12 }, (_, i) => `BG-20260312-${String(i + 1).padStart(2, '0')}`));
    // 12:00 UTC is 20:00 at the centre: midnight there is at 16:00 UTC.
    at.clock.advance(Date.UTC(2026, 2, 12, 16) - at.clock.now());
    expect((await at.tickets.create(at.engineer.user, at.body())).number).toBe('BG-20260313-01');
  });

  describe('what may be asked', () => {
    const DAY = 24 * HOUR;
    test('a window that began, seven days long, ninety days ahead, is still allowed (R2)', async () => {
      const at = await world();
      const now = at.clock.now();
      const ask = (windowStart: number, windowEnd: number) =>
        refusal(at.tickets.create(at.engineer.user, at.body({ windowStart, windowEnd })));
      expect(await ask(now - HOUR, now + 1)).toBe('allowed');
      expect(await ask(now, now + 7 * DAY)).toBe('allowed');
      expect(await ask(now + 90 * DAY, now + 91 * DAY)).toBe('allowed');
    });

    test('a target account that does not exist, or is retired, is not asked for (R2)', async () => {
      const at = await world();
      const channels = [{ targetAccountId: newId('tac'), kinds: ['shell' as const] }];
      expect(await refusal(at.tickets.create(at.engineer.user, at.body({ channels })))).toBe('ticket.channels-invalid');
      await at.database.transaction((tx) => tx.updateTable('target').set({ retired_at: 1 }).execute());
      expect(await refusal(at.tickets.create(at.engineer.user, at.body()))).toBe('ticket.channels-invalid');
    });
  });

  test('the head sees what is new about a ticket, and how often its requester finished one', async () => {
    const at = await world();
    const first = await at.approved();
    expect(first).toMatchObject({ closedBefore: 0, newTargets: ['web1'] });
    await at.close(first.id);
    const other = await at.addTarget('db1');
    const channels = [at.target, other].map(({ accountId }) => ({
      targetAccountId: accountId,
      kinds: ['shell' as const],
    }));
    expect(await at.submitted({ channels })).toMatchObject({ closedBefore: 1, newTargets: ['db1'], window: 'before' });
    expect(await at.tickets.get(at.head.user, first.id)).toMatchObject({ closedBefore: 0, newTargets: ['web1'] });
  });

  test('the list filters by state and by being open, newest first (R2)', async () => {
    const at = await world();
    const { id } = await at.open();
    await at.submitted();
    const { user } = at.head;
    expect((await at.tickets.list(user)).map(({ state }) => state)).toEqual(['submitted', 'approved']);
    expect((await at.tickets.list(user, { open: true })).map((ticket) => ticket.id)).toEqual([id]);
    expect((await at.tickets.list(user, { state: 'submitted' })).length).toBe(1);
    expect((await at.tickets.list(at.engineer.user, { open: true }))[0]?.connectionNames).toEqual([
      'li-gong+root+web1',
    ]);
    expect((await at.tickets.list(user, { open: true }))[0]?.connectionNames).toEqual([]);
  });

  test('an administrator sees no tickets (R8)', async () => {
    const at = await world();
    const { id } = await at.submitted();
    expect(await refusal(at.tickets.list(at.boss.user))).toBe('role.not-allowed');
    expect(await refusal(at.tickets.get(at.boss.user, id))).toBe('ticket.absent');
  });

  test('a departure withdraws what is under way and names what was used (R10, R12)', async () => {
    const at = await world();
    const done = await at.approved();
    await at.close(done.id);
    const submitted = await at.submitted();
    const open = await at.open();
    const channel = await at.gate.decide(at.engineer.user, at.request());
    await at.sessions.opened(channel, {});
    const fresh = await at.fresh(at.boss.user, at.boss.member, 'account.depart');
    const receipt = await at.departures.depart(at.boss.user, fresh, at.engineer.member.id, '离岗');
    expect(receipt.tickets.map(({ id }) => id).sort()).toEqual([submitted.id, open.id].sort());
    expect(receipt.usedTargetAccounts).toMatchObject([{ target: 'web1', login: 'root' }]);
    const states = (await at.tickets.list(at.head.user)).map(({ state }) => state);
    expect(states.sort()).toEqual(['closed', 'withdrawn', 'withdrawn']);
  });
});
