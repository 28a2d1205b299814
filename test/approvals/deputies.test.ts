// Who stands in for a head, and for how long (R7).

import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { refusal } from '../identity/cast.ts';
import { onEachDatabase } from '../support/databases.ts';
import { type Actor, createWorld, HOUR, type World } from './world.ts';

const DAY = 24 * HOUR;

async function appoint(at: World, who: Actor, change: { from?: number; until?: number; by?: Actor } = {}) {
  const { by = at.head, from = at.clock.now(), until = at.clock.now() + DAY } = change;
  const fresh = await at.fresh(by.user, by.member, 'deputy.appoint');
  return at.deputies.appoint(by.user, fresh, { deputy: who.member.id, from, until, reason: '出差' });
}

onEachDatabase((under) => {
  const world = async () => {
    const at = await createWorld(under.current());
    return { ...at, section: await at.actor('zhou-xinxi', 'section') };
  };

  test('a deputy approves in the head’s place, and every approval says so', async () => {
    const at = await world();
    await appoint(at, at.section);
    const { id, read } = await at.submitted();
    const done = await at.approve(id, read, at.section);
    expect(done).toMatchObject({
      state: 'approved',
      approvals: [{ by: { name: 'zhou-xinxi' }, deputyFor: { name: 'zhang-zhuren' } }],
    });
    expect((await at.evidence('ticket.approved'))[0]).toMatchObject({
      actor: { name: 'zhou-xinxi' },
      details: { deputyFor: at.head.member.id },
    });
    const fresh = await at.fresh(at.section.user, at.section.member, 'ticket.revoke');
    expect(await at.tickets.revoke(at.section.user, fresh, id, '停')).toMatchObject({ state: 'revoked' });
  });

  test('before, after, ended early, or when the head has left, a deputy decides nothing', async () => {
    const at = await world();
    const { id, read } = await at.submitted({ windowEnd: at.clock.now() + 3 * DAY });
    const asked = () => refusal(at.approve(id, read, at.section));
    expect(await asked()).toBe('duty.only-heads-approve');
    const from = at.clock.now() + DAY;
    const [later] = await appoint(at, at.section, { from, until: from + HOUR });
    expect(later).toMatchObject({ inForce: false });
    expect(await asked()).toBe('duty.only-heads-approve');
    at.clock.advance(from + 2 * HOUR - at.clock.now());
    expect(await asked()).toBe('deputy.over');
    const [now] = await appoint(at, at.section);
    await at.deputies.end(at.head.user, now?.id ?? '');
    expect(await asked()).toBe('deputy.over');
    await appoint(at, at.section);
    await at.actor('wang-zhuren', 'head');
    const fresh = await at.fresh(at.boss.user, at.boss.member, 'account.depart');
    await at.departures.depart(at.boss.user, fresh, at.head.member.id, '调离');
    expect(await asked()).toBe('deputy.over');
  });

  test('whose days are over in the middle of an approval approves nothing', async () => {
    const at = await world();
    const { id, read } = await at.submitted();
    await appoint(at, at.section, { until: at.clock.now() + 30 * 60_000 });
    // The factor is given in time, and a moment later it is too late.
    const fresh = await at.fresh(at.section.user, at.section.member, 'ticket.approve');
    const [deputy] = await at.deputies.list(at.head.user);
    at.clock.advance(1000);
    await at.database.transaction((tx) =>
      sql`update deputy set ended_at = ${at.clock.now()} where id = ${deputy?.id}`.execute(tx),
    );
    expect(await refusal(at.tickets.approve(at.section.user, fresh, id, read))).toBe('deputy.over');
    expect((await at.tickets.get(at.head.user, id)).state).toBe('submitted');
  });

  test('a head and their own deputy are one opinion, whichever comes first (R4, B17)', async () => {
    const at = await world();
    const other = await at.actor('wang-zhuren', 'head');
    await at.group({ filing: false, approvals: 2 });
    await appoint(at, at.section);
    const confirm = async (id: string, by: Actor) =>
      at.approve(id, (await at.tickets.get(by.user, id)).shown?.hash ?? '', by);
    const first = await at.submitted();
    await confirm(first.id, at.head);
    expect(await refusal(confirm(first.id, at.section))).toBe('duty.one-head-twice');
    expect(await confirm(first.id, other)).toMatchObject({ state: 'approved' });
    const second = await at.submitted();
    await confirm(second.id, at.section);
    expect(await refusal(confirm(second.id, at.head))).toBe('duty.one-head-twice');
    expect(await confirm(second.id, other)).toMatchObject({ state: 'approved' });
  });

  test('who filed a ticket does not approve it as a deputy (B17)', async () => {
    const at = await world();
    await at.group({ filing: true, approvals: 1 });
    await appoint(at, at.section);
    const { id, read } = await at.submitted();
    await at.tickets.file(at.section.user, id);
    expect(await refusal(at.approve(id, read, at.section))).toBe('duty.decides-twice');
  });

  test('is of the centre, a head or of the section, and never the head themselves (R8, B17)', async () => {
    const at = await world();
    const auditor = await at.actor('wu-shen', 'auditor');
    for (const who of [at.engineer, auditor, at.boss]) expect(await refusal(appoint(at, who))).toBe('deputy.invalid');
    expect(await refusal(appoint(at, at.head))).toBe('deputy.invalid');
    for (const by of [at.section, at.engineer, at.boss, auditor]) {
      expect(await refusal(appoint(at, at.section, { by }))).toBe('duty.only-heads-have-deputies');
    }
    const now = at.clock.now();
    expect(await refusal(appoint(at, at.section, { from: now + DAY, until: now }))).toBe('deputy.invalid');
    expect(await refusal(appoint(at, at.section, { until: now + 400 * DAY }))).toBe('deputy.invalid');
    const raw = (account: string) =>
      at.database.transaction((tx) =>
        sql`insert into deputy values ('dep_x', ${at.head.member.id}, ${account}, 1, 2, 'x', 1, null)`.execute(tx),
      );
    await expect(raw(at.engineer.member.id)).rejects.toThrow('stand in');
    await expect(raw(auditor.member.id)).rejects.toThrow('stand in');
    await expect(raw(at.head.member.id)).rejects.toThrow();
  });

  test('a deputy appoints no deputy, arranges no routes and lifts no freeze (R7, B17)', async () => {
    const at = await world();
    await appoint(at, at.section);
    expect(await refusal(appoint(at, at.head, { by: at.section }))).toBe('duty.only-heads-have-deputies');
    const fresh = await at.fresh(at.section.user, at.section.member, 'route.manage');
    const group = { name: 'x', filing: false, approvals: 1 } as const;
    expect(await refusal(at.routes.addGroup(at.section.user, fresh, group))).toBe('duty.only-heads-have-deputies');
  });
});
