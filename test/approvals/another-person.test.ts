// One person with two accounts: the second is refused while the first is there, and decides nothing about what the first
// had a part in once that has left (R8, B17).

import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createHolds } from '../../approvals/keeping/holds.ts';
import { createSearchRecords } from '../../approvals/records/search-records.ts';
import type { Hit, SearchIndex } from '../../recordings/search/search-index.ts';
import { paper, refusal } from '../identity/cast.ts';
import { onEachDatabase } from '../support/databases.ts';
import { type Actor, createWorld, HOUR, REPORT, type World } from './world.ts';

onEachDatabase((under) => {
  const world = async () => {
    const at = await createWorld(under.current());
    return { ...at, second: await at.actor('wang-zhuren', 'head') };
  };
  const leave = async (at: World, { member }: Actor) =>
    at.departures.depart(
      at.boss.user,
      await at.fresh(at.boss.user, at.boss.member, 'account.depart'),
      member.id,
      '离职',
    );
  const confirm = async (at: World, by: Actor, id: string) =>
    at.approve(id, (await at.tickets.get(by.user, id)).shown?.hash ?? '', by);

  test('nobody gets an account to approve with beside the one they ask with', async () => {
    const at = await world();
    expect(await refusal(at.actor('li-zhuren', 'head', null, 'li-gong'))).toBe('account.same-person');
  });

  test('a requester who left and came back as a head does not accept what they did', async () => {
    const at = await world();
    const { id } = await at.open();
    await at.tickets.report(at.engineer.user, id, REPORT);
    await leave(at, at.engineer);
    const again = await at.actor('li-zhuren', 'head', null, 'li-gong');
    expect(await refusal(at.tickets.accept(again.user, id))).toBe('duty.same-person');
    expect(await at.tickets.accept(at.head.user, id)).toMatchObject({ state: 'closed' });
  });

  test('nor does a companion', async () => {
    const at = await world();
    const friend = await at.actor('zhao-gong', 'operator', '甲公司');
    const { id } = await at.submitted({ terms: { companions: [friend.member.id] } });
    await leave(at, friend);
    const again = await at.actor('zhao-zhuren', 'head', null, 'zhao-gong');
    expect(await refusal(confirm(at, again, id))).toBe('duty.same-person');
    expect(await refusal(at.tickets.refuse(again.user, id, '不'))).toBe('duty.same-person');
  });

  test('nobody decides, or is decided for, whose papers nobody has seen; they may still say no', async () => {
    const at = await world();
    const { id } = await at.submitted();
    const columns = ['document', 'digest', 'seen_by', 'seen_at'].map((name) => `identity_${name} = null`).join(', ');
    // As a founder of `sluice init` is, or an account from before there were checks.
    const forget = (who: Actor) =>
      at.database.transaction(async (tx) => {
        const on = at.database.kind === 'sqlite' ? '' : 'on account';
        await sql.raw(`drop trigger if exists account_keeps_identity ${on}`).execute(tx);
        await sql.raw(`update account set ${columns} where id = '${who.member.id}'`).execute(tx);
      });
    await forget(at.second);
    expect(await refusal(confirm(at, at.second, id))).toBe('duty.not-identified');
    expect(await refusal(at.tickets.refuse(at.second.user, id, '先核验身份'))).toBe('allowed');
    const next = await at.submitted();
    await forget(at.engineer);
    expect(await refusal(confirm(at, at.head, next.id))).toBe('duty.not-identified');
    await at.people.identify(at.head.user, at.engineer.member.id, paper('li-gong'));
    expect(await confirm(at, at.head, next.id)).toMatchObject({ state: 'approved' });
  });

  test('two approvals are of two people, though one of them came back under another name', async () => {
    const at = await world();
    await at.group({ filing: false, approvals: 2 });
    const { id } = await at.submitted({ windowEnd: at.clock.now() + 3 * HOUR });
    await confirm(at, at.second, id);
    await leave(at, at.second);
    const again = await at.actor('wang-fuzhuren', 'head', null, 'wang-zhuren');
    expect(await refusal(confirm(at, again, id))).toBe('duty.same-person');
    expect(await confirm(at, at.head, id)).toMatchObject({ state: 'approved' });
  });

  test('an engineer who left and came back as an auditor replays nothing of what they did (R8)', async () => {
    const at = await world();
    await at.open();
    const approved = await at.gate.decide(at.engineer.user, at.request());
    await at.sessions.opened(approved, {});
    await leave(at, at.engineer);
    const again = await at.actor('li-shenji', 'auditor', null, 'li-gong');
    expect(await refusal(at.permitReplay(again.user, approved.session))).toBe('duty.auditor-replays-own');
    const auditor = await at.actor('qian-shenji', 'auditor');
    const hit = { session: approved.session } as Hit;
    const index = { find: async () => ({ hits: [hit], next: null }) } as unknown as SearchIndex;
    const search = createSearchRecords({ ...at, index });
    expect((await search(again.user, '升级')).sessions).toEqual([]);
    expect((await search(auditor.user, '升级')).sessions).toHaveLength(1);
    expect(await refusal(at.permitReplay(auditor.user, approved.session))).toBe('allowed');
  });

  test('a hold is lifted by another person than who placed it (R8, R20)', async () => {
    const at = await world();
    const { id } = await at.open();
    const holds = createHolds(at);
    const auditor = await at.actor('qian-shenji', 'auditor');
    const hold = await holds.place(auditor.user, { ticket: id }, '调查');
    await leave(at, auditor);
    const again = await at.actor('qian-zhuren', 'head', null, 'qian-shenji');
    expect(await refusal(holds.lift(again.user, hold.id, '不再需要'))).toBe('duty.placer-lifts-own');
    expect(await refusal(holds.lift(at.head.user, hold.id, '不再需要'))).toBe('allowed');
  });
});
