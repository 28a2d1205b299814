import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { APPROVAL_MS } from '../../../approvals/records/machine.ts';
import { isRecordUse } from '../../../approvals/records/record-use.ts';
import { createRecordRequests, type RecordWish } from '../../../approvals/records/service.ts';
import { newId } from '../../../store/core/ids.ts';
import { refusal } from '../../identity/cast.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { type Actor, createWorld } from '../world.ts';

const WISH: RecordWish = { kind: 'export', terms: { format: 'asciicast-v2' }, reason: '移交监管部门' };
const TRACKS = { screen: { head: 'ef', frames: 3, bytes: 1234 } };

onEachDatabase((under) => {
  async function stage() {
    const at = await createWorld(under.current());
    const requests = createRecordRequests(at);
    const auditor = await at.actor('wang-shenji', 'auditor');
    await at.open();
    const { session } = await at.gate.decide(at.engineer.user, at.request());
    return {
      ...at,
      requests,
      auditor,
      session,
      async opened() {
        const channel = await at.gate.decide(at.engineer.user, at.request());
        await at.sessions.opened(channel, { screen: 'ab', keys: 'cd' });
        const end = { reason: 'finished', exitStatus: 0, exitSignal: null, recordedBytes: 1, tracks: TRACKS } as const;
        await at.sessions.ended(channel.session, end);
        return channel.session;
      },
      approve: async (id: string, by: Actor = at.head) =>
        requests.approve(by.user, await at.fresh(by.user, by.member, 'record.approve'), id),
    };
  }
  type Stage = Awaited<ReturnType<typeof stage>>;
  const asked = async (at: Stage, by: Actor = at.auditor) => requests(at).ask(by.user, await at.opened(), WISH);
  const requests = (at: Stage) => at.requests;
  const said = async (at: Stage) => (await at.evidence()).filter(({ type }) => type.startsWith('export.'));

  test('an auditor asks, the head approves, the auditor uses it once, and every step is evidence (R22)', async () => {
    const at = await stage();
    const { id, session, state } = await asked(at);
    expect(state).toBe('waiting');
    expect(await refusal(at.requests.use(at.auditor.user, 'export', id))).toBe('record-request.not-possible-now');
    expect(await at.approve(id)).toMatchObject({ state: 'approved', decider: { name: 'zhang-zhuren' } });
    const use = await at.requests.use(at.auditor.user, 'export', id);
    expect(isRecordUse(use)).toBe(true);
    expect(use).toMatchObject({ session: { id: session.id, target: 'web1' }, tracks: TRACKS });
    expect(await refusal(at.requests.use(at.auditor.user, 'export', id))).toBe('record-request.not-possible-now');
    const about = { request: id, session: session.id };
    expect(await said(at)).toMatchObject([
      { type: 'export.requested', actor: { name: 'wang-shenji' }, details: { ...about, reason: '移交监管部门' } },
      { type: 'export.approved', actor: { name: 'zhang-zhuren' }, details: about },
      { type: 'export.downloaded', actor: { name: 'wang-shenji' }, details: { ...about, terms: WISH.terms } },
    ]);
  });

  test.each(['export', 'destroy'] as const)(
    'whoever worked in a session and came back as a head decides no %s of its record (R8, R21, R22)',
    async (kind) => {
      const at = await stage();
      const session = await at.opened();
      const { user, member } = at.boss;
      await at.departures.depart(user, await at.fresh(user, member, 'account.depart'), at.engineer.member.id, '离职');
      const again = await at.actor('li-zhuren', 'head', null, 'li-gong');
      const { id } = await at.requests.ask(at.auditor.user, session, { ...WISH, kind });
      expect(await refusal(at.approve(id, again))).toBe('duty.same-person');
      expect(await refusal(at.requests.refuse(again.user, id, '不'))).toBe('duty.same-person');
      expect(await at.approve(id)).toMatchObject({ state: 'approved', decider: { name: 'zhang-zhuren' } });
    },
  );

  test('two downloads at once are one download (R22)', async () => {
    const at = await stage();
    const { id } = await asked(at);
    await at.approve(id);
    const uses = await Promise.allSettled([1, 2, 3].map(() => at.requests.use(at.auditor.user, 'export', id)));
    expect(uses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await said(at)).filter(({ type }) => type === 'export.downloaded')).toHaveLength(1);
  });

  test('a head refuses with a reason, and that is the end of it (R22)', async () => {
    const at = await stage();
    const { id } = await asked(at);
    expect(await at.requests.refuse(at.head.user, id, '理由不足')).toMatchObject({
      state: 'refused',
      decisionReason: '理由不足',
    });
    expect(await refusal(at.approve(id))).toBe('record-request.not-possible-now');
    expect((await said(at)).at(-1)).toMatchObject({ type: 'export.refused', details: { reason: '理由不足' } });
  });

  test('an approval that is a day old opens nothing, and the list says so (R22)', async () => {
    const at = await stage();
    const { id } = await asked(at);
    await at.approve(id);
    at.clock.advance(APPROVAL_MS);
    expect(await refusal(at.requests.use(at.auditor.user, 'export', id))).toBe('record-request.expired');
    const [listed] = await at.requests.list(at.auditor.user);
    expect(listed).toMatchObject({ id, state: 'expired', acts: ['withdraw'] });
  });

  test('nobody but the head decides, and nobody but the asker uses (R8, R22)', async () => {
    const at = await stage();
    const second = await at.actor('li-shenji', 'auditor');
    const { id } = await asked(at);
    expect(await refusal(at.approve(id, at.auditor))).toBe('duty.asker-decides-own');
    expect(await refusal(at.approve(id, second))).toBe('duty.only-heads-decide-on-records');
    expect(await refusal(at.approve(id, at.engineer))).toBe('record-request.absent');
    expect(await refusal(at.approve(id, at.boss))).toBe('record-request.absent');
    expect(await refusal(at.requests.refuse(at.auditor.user, id, '不同意'))).toBe('duty.asker-decides-own');
    await at.approve(id);
    expect(await refusal(at.requests.use(second.user, 'export', id))).toBe('duty.only-the-asker-uses');
    expect(await refusal(at.requests.use(at.head.user, 'export', id))).toMatch(/^duty\.only-/);
    expect(await refusal(at.requests.withdraw(second.user, id))).toBe('role.not-allowed');
  });

  test('only auditors ask, about sessions there are (R8, B8)', async () => {
    const at = await stage();
    const session = await at.opened();
    expect(await refusal(at.requests.ask(at.head.user, session, WISH))).toBe('duty.only-auditors-see-records');
    expect(await refusal(at.requests.ask(at.boss.user, session, WISH))).toBe('session.absent');
    expect(await refusal(at.requests.ask(at.auditor.user, newId('ses'), WISH))).toBe('session.absent');
    expect(await refusal(at.requests.ask(at.auditor.user, session, { ...WISH, reason: ' ' }))).toBe('text.refused');
    expect(await refusal(at.requests.use(at.auditor.user, 'export', newId('req')))).toBe('record-request.absent');
  });

  test('an approval takes a factor that was given for it (R15)', async () => {
    const at = await stage();
    const { id } = await asked(at);
    const fresh = await at.fresh(at.head.user, at.head.member, 'ticket.approve');
    expect(await refusal(at.requests.approve(at.head.user, fresh, id))).toBe('step-up.required');
  });

  test('the list shows each what they may do, newest first, and by session (R22)', async () => {
    const at = await stage();
    const first = await asked(at);
    at.clock.advance(1000);
    const second = await asked(at);
    const listed = await at.requests.list(at.head.user);
    expect(listed.map(({ id, acts }) => [id, acts])).toEqual([
      [second.id, ['approve', 'refuse']],
      [first.id, ['approve', 'refuse']],
    ]);
    expect((await at.requests.list(at.auditor.user, { session: first.session.id })).map(({ acts }) => acts)).toEqual([
      ['withdraw'],
    ]);
    await at.requests.withdraw(at.auditor.user, first.id);
    expect((await at.requests.list(at.head.user, { open: true })).map(({ id }) => id)).toEqual([second.id]);
    expect(await refusal(at.requests.list(at.engineer.user))).toBe('role.not-allowed');
  });

  test('what a leaver has asked for is withdrawn (R10)', async () => {
    const at = await stage();
    const { id } = await asked(at);
    await at.approve(id);
    const fresh = await at.fresh(at.boss.user, at.boss.member, 'account.depart');
    await at.departures.depart(at.boss.user, fresh, at.auditor.user.account.id, '调离');
    expect(await at.requests.list(at.head.user)).toMatchObject([{ id, state: 'withdrawn' }]);
    expect((await said(at)).at(-1)).toMatchObject({ type: 'export.withdrawn', actor: { kind: 'system' } });
  });

  test.each([
    ['skips the approval', `update record_request set state = 'used', ended_at = 1`],
    ['approves without anybody', `update record_request set state = 'approved', expires_at = 9`],
    [
      'approves in the name of the asker',
      `update record_request set state = 'approved', expires_at = 9, decided_at = 1, decider_id = requester_id`,
    ],
    ['changes what was asked', `update record_request set terms = '{}'`],
    ['changes who asked', `update record_request set requester_id = (select id from account where role = 'admin')`],
    ['takes a request away', `delete from record_request`],
    [
      'makes one that is approved already',
      `insert into record_request select 'req_1', kind, session_id, terms,
      requester_id, reason, 'refused', (select id from account where role = 'head'), 1, 'x', null, null, 1, 1 from record_request`,
    ],
    [
      'invents a kind',
      `insert into record_request select 'req_1', 'copy', session_id, terms, requester_id, reason, state,
      null, null, null, null, null, 1, 1 from record_request`,
    ],
  ])('raw SQL that %s is refused by the database (R8, R22)', async (_what, statement) => {
    const at = await stage();
    await asked(at);
    await expect(under.current().transaction((tx) => sql.raw(statement).execute(tx))).rejects.toThrow();
  });

  test('raw SQL does not bring back what was used, nor change who decided (R22)', async () => {
    const at = await stage();
    const { id } = await asked(at);
    await at.approve(id);
    const run = (text: string) => under.current().transaction((tx) => sql.raw(text).execute(tx));
    const other = `(select id from account where role = 'admin')`;
    await expect(run(`update record_request set decider_id = ${other}`)).rejects.toThrow('a decision stays');
    await at.requests.use(at.auditor.user, 'export', id);
    await expect(run(`update record_request set state = 'approved', ended_at = null`)).rejects.toThrow(
      'no such transition',
    );
  });
});
