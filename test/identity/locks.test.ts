// Who shuts out whom, who lets them in again, and what raw SQL cannot do (R29). On each database.

import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Lock } from '../../identity/locks/lock.ts';
import { createLocks } from '../../identity/locks/locks.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { Role } from '../../store/schema/states.ts';
import { onEachDatabase } from '../support/databases.ts';
import { createStage, HERE, type Member, refusal } from './cast.ts';

const HOUR = 3_600_000;
interface Somebody {
  readonly member: Member;
  readonly user: AuthenticatedUser;
}

onEachDatabase((under) => {
  async function scene() {
    const on = createStage(under.current());
    const cut: Lock[] = [];
    const locks = createLocks({
      ...on,
      cutSessions: async (lock) => {
        cut.push(lock);
        return [];
      },
    });
    const boss: Somebody = await on.admin();
    const somebody = async (name: string, role: Role, vendor: string | null = null): Promise<Somebody> => {
      const member = await on.enlist(name, role, vendor);
      return { member, user: await on.signIn(member) };
    };
    const place = (by: Somebody, scope: Lock['scope'], subject: string | null, endsAt = on.clock.now() + HOUR) =>
      locks.place(by.user, { scope, subject, reason: '异常登录', endsAt });
    const lift = async (by: Somebody, id: string) =>
      locks.lift(by.user, await on.fresh(by.user, by.member, 'lock.lift'), id);
    return { ...on, locks, cut, boss, somebody, place, lift };
  }

  test('a person who is locked out is signed out, stays out with both factors right, and is let in again', async () => {
    const on = await scene();
    const section = await on.somebody('zhou-xinxi', 'section');
    const li = await on.somebody('li-gong', 'operator', '甲公司');
    const { token } = await on.browser.open(li.user);
    const { lock, browserSessions } = await on.place(section, 'person', li.member.id);
    expect([lock.name, browserSessions, on.cut.length]).toEqual(['li-gong 先生', 1, 1]);
    expect(await on.browser.resolve(token.revealText(), HERE)).toBeUndefined();
    expect(await refusal(on.signIn(li.member))).toBe('access.locked');
    const wrong = on.web.signIn({ name: 'li-gong', password: 'wrong', code: on.nextCode(li.member) }, HERE);
    expect(await refusal(wrong)).toBe('login.refused');
    expect(await on.lift(on.boss, lock.id)).toEqual([]);
    expect(await refusal(on.signIn(li.member))).toBe('allowed');
    expect((await on.evidence()).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['lock.placed', 'lock.measured', 'lock.lifted']),
    );
  });

  test('it ends by itself; a vendor’s and a network’s reach whom they name and nobody else', async () => {
    const on = await scene();
    const li = await on.somebody('li-gong', 'operator', '甲公司');
    const rival = await on.somebody('wang-gong', 'operator', '乙公司');
    await on.place(on.boss, 'vendor', '甲公司');
    expect(await refusal(on.signIn(li.member))).toBe('access.locked');
    expect(await refusal(on.signIn(rival.member))).toBe('allowed');
    await on.place(on.boss, 'source', '198.51.100.0/24');
    expect(await refusal(on.signIn(rival.member, '198.51.100.7'))).toBe('access.locked');
    on.clock.advance(HOUR);
    expect(await on.locks.list(on.boss.user)).toEqual([]);
    expect(await refusal(on.signIn(li.member))).toBe('allowed');
  });

  test('nobody shuts out themselves; a head only another head, in and out (R8)', async () => {
    const on = await scene();
    const head = await on.somebody('zhang-zhuren', 'head');
    const other = await on.somebody('wang-zhuren', 'head');
    const section = await on.somebody('zhou-xinxi', 'section');
    expect(await refusal(on.place(on.boss, 'person', on.boss.member.id))).toBe('duty.locks-self');
    expect(await refusal(on.place(on.boss, 'source', '203.0.113.0/24'))).toBe('duty.locks-self');
    for (const by of [on.boss, section]) {
      expect(await refusal(on.place(by, 'person', head.member.id))).toBe('duty.only-heads-lock-heads');
    }
    const { lock } = await on.place(other, 'person', head.member.id);
    expect(await refusal(on.lift(section, lock.id))).toBe('duty.only-heads-lock-heads');
    expect(await refusal(on.lift(other, lock.id))).toBe('allowed');
    for (const role of ['operator', 'auditor'] as const) {
      const by = await on.somebody(`a-${role}`, role);
      expect(await refusal(on.place(by, 'everything', null))).toBe('role.not-allowed');
    }
  });

  test('a full lockdown is lifted by two people, one of them a head; they can still sign in (R8, R29)', async () => {
    const on = await scene();
    const head = await on.somebody('zhang-zhuren', 'head');
    const section = await on.somebody('zhou-xinxi', 'section');
    const { lock } = await on.place(section, 'everything', null);
    expect(await refusal(on.signIn(head.member))).toBe('allowed');
    expect(await on.lift(section, lock.id)).toMatchObject([{ liftAskedBy: { name: 'zhou-xinxi' } }]);
    expect(await refusal(on.lift(section, lock.id))).toBe('duty.lifts-lockdown-alone');
    // Two without a head: the second only asks in the first one's place.
    expect(await on.lift(on.boss, lock.id)).toMatchObject([{ liftAskedBy: { name: 'root-admin' } }]);
    expect(await on.lift(head, lock.id)).toEqual([]);
    expect(await refusal(on.lift(head, lock.id))).toBe('lock.absent');
  });

  test.each([
    ['person', null],
    ['person', 'acc_nobody'],
    ['vendor', '没有的公司'],
    ['target', 'tgt_nothing'],
    ['everything', 'x'],
  ] as const)('%s %j is nothing to lock', async (scope, subject) => {
    const on = await scene();
    expect(await refusal(on.place(on.boss, scope, subject))).toBe('lock.invalid');
    expect(await refusal(on.place(on.boss, 'everything', null, on.clock.now()))).toBe('lock.invalid');
    expect(await refusal(on.place(on.boss, 'source', '0.0.0.0/0'))).toBe('ticket.source-too-wide');
    expect(on.cut).toEqual([]);
  });

  test('raw SQL deletes none, changes none, and lifts none of everything with one person (R8)', async () => {
    const on = await scene();
    const { lock } = await on.place(on.boss, 'everything', null);
    const by = on.boss.member.id;
    const attempts = [
      sql`delete from access_lock`,
      sql`update access_lock set ends_at = placed_at + 1`,
      sql`update access_lock set scope = 'person', subject = ${by}`,
      sql`update access_lock set lifted_by = ${by}, lifted_at = 1 where id = ${lock.id}`,
      sql`update access_lock set lift_asked_by = ${by}, lifted_by = ${by}, lifted_at = 1 where id = ${lock.id}`,
    ];
    for (const attempt of attempts) {
      await expect(on.database.transaction((tx) => attempt.execute(tx))).rejects.toThrow(
        /access_lock|locks are|lock is/,
      );
    }
  });
});
