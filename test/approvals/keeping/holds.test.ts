import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { newId } from '../../../store/core/ids.ts';
import { refusal } from '../../identity/cast.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { keepingScene, RETENTION_DAYS } from './scene.ts';

onEachDatabase((under) => {
  const stage = () => keepingScene(under.current());

  test('a hold is placed with a reason and lifted by a head who did not place it (R20)', async () => {
    const at = await stage();
    const session = await at.recorded();
    const hold = await at.holds.place(at.auditor.user, { session }, '纪检调查');
    expect(hold).toMatchObject({ session, ticket: { number: at.ticket.number }, lifted: null, mayLift: false });
    expect(await at.holds.list(at.head.user, { open: true })).toMatchObject([{ id: hold.id, mayLift: true }]);
    await at.holds.lift(at.head.user, hold.id, '调查结束');
    expect(await at.holds.list(at.head.user, { open: true })).toEqual([]);
    expect(await refusal(at.holds.lift(at.head.user, hold.id, '再次'))).toBe('hold.lifted');
    expect((await at.evidence()).filter(({ type }) => type.startsWith('hold.'))).toMatchObject([
      { type: 'hold.placed', actor: { name: 'wang-shenji' }, details: { hold: hold.id, session, reason: '纪检调查' } },
      { type: 'hold.lifted', actor: { name: 'zhang-zhuren' }, details: { hold: hold.id, session, reason: '调查结束' } },
    ]);
  });

  test('nobody else places or lifts one (R8, R20, B8)', async () => {
    const at = await stage();
    const session = await at.recorded();
    const mine = await at.holds.place(at.head.user, { ticket: at.ticket.id }, '投诉处理中');
    expect(mine.session).toBeNull();
    expect(await refusal(at.holds.lift(at.head.user, mine.id, '不需要了'))).toBe('duty.placer-lifts-own');
    expect(await refusal(at.holds.lift(at.auditor.user, mine.id, '不需要了'))).toBe('duty.only-heads-lift');
    expect(await refusal(at.holds.lift(at.engineer.user, mine.id, '不需要了'))).toBe('hold.absent');
    expect(await refusal(at.holds.lift(at.head.user, newId('hld'), '不需要了'))).toBe('hold.absent');
    expect(await refusal(at.holds.place(at.engineer.user, { session }, '看看'))).toBe('role.not-allowed');
    expect(await refusal(at.holds.place(at.boss.user, { session }, '看看'))).toBe('role.not-allowed');
    expect(await refusal(at.holds.list(at.engineer.user))).toBe('role.not-allowed');
    expect(await refusal(at.holds.place(at.auditor.user, { session: newId('ses') }, '看看'))).toBe('session.absent');
    expect(await refusal(at.holds.place(at.auditor.user, { ticket: 'x' }, '看看'))).toBe('ticket.absent');
    expect(await refusal(at.holds.place(at.auditor.user, { session }, ' '))).toBe('text.refused');
    await at.holds.lift(at.deputy.user, mine.id, '投诉已结');
  });

  test('what is past its retention is listed as due, and stays (R20)', async () => {
    const at = await stage();
    const [first, second] = [await at.recorded(), await at.recorded()];
    at.grow(RETENTION_DAYS - 1);
    expect(await at.listDue(at.auditor.user)).toEqual({ floorDays: 183, retentionDays: 400, all: 0, due: [] });
    at.grow(1);
    await at.holds.place(at.auditor.user, { session: second }, '纪检调查');
    const { all, due } = await at.listDue(at.head.user);
    expect(all).toBe(2);
    expect(new Map(due.map(({ session, held }) => [session.id, held]))).toEqual(
      new Map([
        [first, false],
        [second, true],
      ]),
    );
    expect(await refusal(at.listDue(at.boss.user))).toBe('role.not-allowed');
  });

  test.each([
    ['lifts one in the name of who placed it', `lifter_id = placer_id, lifted_at = 1, lift_reason = 'x'`],
    ['lifts one in the name of nobody', `lifted_at = 1, lift_reason = 'x'`],
    [
      'lifts one in the name of an administrator',
      `lifter_id = (select id from account where role = 'admin'), lifted_at = 1, lift_reason = 'x'`,
    ],
    ['lets it speak of something else', `session_id = null, ticket_id = (select id from ticket)`],
    ['changes its reason', `reason = 'x'`],
  ])('raw SQL that %s is refused by the database (R8, R20)', async (_what, change) => {
    const at = await stage();
    await at.holds.place(at.auditor.user, { session: await at.recorded() }, '纪检调查');
    const run = (text: string) => under.current().transaction((tx) => sql.raw(text).execute(tx));
    await expect(run(`update record_hold set ${change}`)).rejects.toThrow();
    await expect(run('delete from record_hold')).rejects.toThrow();
  });
});
