// The way of a ticket: filing, several approvals, narrowing, writing it anew, reporting and accepting.

import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { NarrowingBody } from '../../approvals/ticket/narrowing.ts';
import { refusal } from '../identity/cast.ts';
import { onEachDatabase } from '../support/databases.ts';
import { type Actor, createWorld, EVERY_KIND, HOUR, REPORT, type World } from './world.ts';

const TWO = { filing: false, approvals: 2 } as const;
const FILED = { filing: true, approvals: 1 } as const;

/** What somebody reads now. */
const readBy = async (at: World, { user }: Actor, id: string) => (await at.tickets.get(user, id)).shown?.hash ?? '';
const approveAsRead = async (at: World, by: Actor, id: string, narrow: NarrowingBody = {}) =>
  at.approve(id, await readBy(at, by, id), by, narrow);

onEachDatabase((under) => {
  const world = () => createWorld(under.current());

  describe('filing', () => {
    test('goes before the head’s approval, where the group of a target asks for it (R4)', async () => {
      const at = await world();
      const section = await at.actor('zhou-xinxi', 'section');
      await at.group(FILED);
      const { id, read, route } = await at.submitted();
      expect(route).toEqual({ ...FILED, emergency: false });
      expect(await refusal(at.approve(id, read))).toBe('ticket.filing-first');
      const filed = await at.tickets.file(section.user, id);
      expect(filed).toMatchObject({ state: 'filed', filed: { by: { name: 'zhou-xinxi' } } });
      expect(await at.approve(id, read)).toMatchObject({ state: 'approved', approver: { name: 'zhang-zhuren' } });
      expect((await at.evidence('ticket.filed')).map(({ actor }) => actor)).toMatchObject([{ name: 'zhou-xinxi' }]);
    });

    test('is the section’s alone, which also sends back what it does not file (R4, R8)', async () => {
      const at = await world();
      const section = await at.actor('zhou-xinxi', 'section');
      const other = await at.submitted();
      expect(await refusal(at.tickets.refuse(section.user, other.id, '不归我管'))).toBe('role.not-allowed');
      expect(await refusal(at.tickets.file(section.user, other.id))).toBe('ticket.needs-no-filing');
      await at.group(FILED);
      const { id } = await at.submitted();
      expect(await refusal(at.tickets.file(at.head.user, id))).toBe('role.not-allowed');
      expect(await refusal(at.tickets.file(at.engineer.user, id))).toBe('duty.requester-approves-own');
      expect(await at.tickets.refuse(section.user, id, '缺少回退方案')).toMatchObject({ state: 'refused' });
    });
  });

  describe('two heads', () => {
    test('approve, and nothing opens before the second has (R2, R3)', async () => {
      const at = await world();
      const second = await at.actor('wang-zhuren', 'head');
      await at.group(TWO);
      const { id, read, windowStart } = await at.submitted();
      expect(await at.approve(id, read)).toMatchObject({ state: 'submitted', approvals: [{ at: expect.any(Number) }] });
      at.clock.advance(windowStart + 60_000 - at.clock.now());
      expect(await refusal(at.gate.decide(at.engineer.user, at.request()))).toBe('ticket.not-approved');
      expect(await refusal(approveAsRead(at, at.head, id))).toBe('duty.decides-twice');
      expect(await approveAsRead(at, second, id)).toMatchObject({
        state: 'approved',
        approvals: [{ by: { name: 'zhang-zhuren' } }, { by: { name: 'wang-zhuren' } }],
      });
      expect(await refusal(at.gate.decide(at.engineer.user, at.request()))).toBe('allowed');
      const said = (await at.evidence()).map(({ type }) => type).filter((type) => /endorsed|approved/.test(type));
      expect(said).toEqual(['ticket.endorsed', 'ticket.approved']);
    });

    test('of a ticket on several targets the strictest counts, also when it came after the submission (R2)', async () => {
      const at = await world();
      const db = await at.addTarget('db1');
      const channels = [at.target, db].map(({ accountId }) => ({
        targetAccountId: accountId,
        kinds: ['shell' as const],
      }));
      const { id, read } = await at.submitted({ channels });
      await at.group(TWO, db.id);
      expect(await at.approve(id, read)).toMatchObject({ state: 'submitted', route: { approvals: 2 } });
    });

    test('a group that asks for less since then changes nothing about what was submitted (R2)', async () => {
      const at = await world();
      const group = await at.group(TWO);
      const { id, read } = await at.submitted();
      const fresh = await at.fresh(at.head.user, at.head.member, 'route.manage');
      await at.routes.setGroup(at.head.user, fresh, group, { name: '松', filing: false, approvals: 1 });
      expect(await at.approve(id, read)).toMatchObject({ state: 'submitted' });
    });
  });

  describe('an approval', () => {
    test('is bound to the hash of exactly what was shown, which the evidence keeps (R3)', async () => {
      const at = await world();
      const { id, read, contentHash } = await at.submitted();
      expect(await refusal(at.approve(id, contentHash))).toBe('ticket.content-changed');
      await at.approve(id, read);
      expect((await at.evidence('ticket.approved'))[0]?.details).toMatchObject({
        ticket: id,
        contentHash,
        shown: read,
      });
    });

    test('may leave less: what the gate opens is what was left (R2)', async () => {
      const at = await world();
      const { id, read, windowStart, windowEnd } = await at.submitted();
      const narrow = {
        windows: [{ start: windowStart, end: windowStart + HOUR }],
        channels: [
          {
            targetAccountId: at.target.accountId,
            kinds: ['shell', 'sftp'],
            files: { rights: ['list'], paths: ['/srv/app/logs'] },
          },
        ],
        supervised: true,
      } as const;
      const left = await at.approve(id, read, at.head, narrow);
      expect(left).toMatchObject({ windowEnd, inForce: { windows: narrow.windows, supervised: true } });
      at.clock.advance(windowStart + 60_000 - at.clock.now());
      expect((await at.gate.decide(at.engineer.user, at.request())).closesAt).toBe(windowStart + HOUR);
      const files = await at.gate.decide(at.engineer.user, at.request({ kind: 'sftp' }));
      expect(files.files).toEqual({ rights: ['list'], paths: ['/srv/app/logs'] });
      expect(await refusal(at.gate.decide(at.engineer.user, at.request({ kind: 'exec', command: 'id' })))).toBe(
        'channel.kind-not-agreed',
      );
      at.clock.advance(HOUR);
      expect(await refusal(at.gate.decide(at.engineer.user, at.request()))).toBe('channel.over');
      expect((await at.evidence('ticket.approved'))[0]?.details).toMatchObject({
        conditions: { windows: narrow.windows, supervised: true },
      });
    });

    test('never leaves more, nor nothing (R2)', async () => {
      const at = await world();
      const { id, read, windowStart: start, windowEnd: end } = await at.submitted();
      const channel = { targetAccountId: at.target.accountId, ...EVERY_KIND };
      const db = await at.addTarget('db1');
      const more: readonly NarrowingBody[] = [
        { windows: [{ start, end: end + 1 }] },
        { windows: [{ start: start - 1, end }] },
        { windows: [{ start: end, end: start }] },
        { windows: [{ start: Number.NaN, end }] },
        { windows: [] },
        {
          windows: [
            { start, end },
            { start: start + 1, end: end - 1 },
          ],
        },
        { channels: [] },
        { channels: [channel, { ...channel, targetAccountId: db.accountId }] },
        { channels: [channel, channel] },
        { channels: [{ ...channel, kinds: [] }] },
        { channels: [{ ...channel, kinds: ['shell', 'root'] }] },
        { channels: [{ ...channel, files: { rights: ['list', 'upload'], paths: ['/srv/app'] } }] },
        { channels: [{ ...channel, files: { rights: ['list'], paths: [] } }] },
        { channels: [{ ...channel, files: { rights: ['list'], paths: ['/srv/application'] } }] },
        { channels: [{ ...channel, files: { rights: ['list'], paths: ['/srv/app/../../etc'] } }] },
        { channels: [{ ...channel, files: { rights: [], paths: ['/srv/app'] } }] },
        { channels: [{ ...channel, destinations: [{ host: 'db.internal', port: 22 }] }] },
        { channels: [{ ...channel, destinations: [] }] },
        { withoutBackup: '来不及' },
      ];
      for (const narrow of more) {
        expect([narrow, await refusal(at.approve(id, read, at.head, narrow))]).toEqual([
          narrow,
          'ticket.narrowing-invalid',
        ]);
      }
      expect((await at.tickets.get(at.head.user, id)).state).toBe('submitted');
    });

    test('by the second head is of what the first has left of it (R3)', async () => {
      const at = await world();
      const second = await at.actor('wang-zhuren', 'head');
      await at.group(TWO);
      const { id, read, windowStart, windowEnd } = await at.submitted();
      const shorter = [{ start: windowStart, end: windowStart + HOUR }];
      await at.approve(id, read, at.head, { windows: shorter });
      expect(await refusal(at.approve(id, read, second))).toBe('ticket.content-changed');
      const back = { windows: [{ start: windowStart, end: windowEnd }] };
      expect(await refusal(approveAsRead(at, second, id, back))).toBe('ticket.narrowing-invalid');
      expect(await approveAsRead(at, second, id)).toMatchObject({ state: 'approved', inForce: { windows: shorter } });
    });

    test('says why originals need not be kept, where something is changed (R3)', async () => {
      const at = await world();
      const changes = [{ targetAccountId: at.target.accountId, path: '/srv/app/a.conf', change: 'modify' as const }];
      const { id, read } = await at.submitted({ terms: { changes } });
      const done = await at.approve(id, read, at.head, { withoutBackup: '数据库停机，备份在磁带上' });
      expect(done.inForce.withoutBackup).toBe('数据库停机，备份在磁带上');
    });

    test('tells in words who, where, what is possible and what not, and what is new (R2)', async () => {
      const at = await world();
      const first = await at.open();
      await at.close(first.id);
      const db = await at.addTarget('db1', 'oracle');
      const { shown } = await at.submitted({
        channels: [{ targetAccountId: db.accountId, kinds: ['shell'] }],
        sources: ['198.51.100.0/24'],
        terms: { urgency: 'planned', impact: 'interrupted', notice: '今晚停机' },
      });
      const zh = shown?.summary.map((each) => each.zh) ?? [];
      expect(zh[0]).toBe('甲公司的li-gong 先生要登录 1 台服务器：db1');
      expect(zh).toContain('以 oracle 登录 db1：打开终端');
      expect(zh).toContain('不能运行命令、不能传输文件、不能转发网络连接');
      expect(zh).toContain('交易会中断，公告：今晚停机');
      expect(shown?.lights.map(({ code }) => code)).toEqual(['interrupts-trading']);
      expect(shown?.differences.map((each) => each.zh)).toEqual([
        '以前没有登录过：oracle@db1',
        '新的来源地址：198.51.100.0/24',
      ]);
    });
  });

  describe('a ticket that is written anew', () => {
    test('starts again, and every edition that was submitted is kept (R3)', async () => {
      const at = await world();
      const second = await at.actor('wang-zhuren', 'head');
      await at.group(TWO);
      const { id, read } = await at.submitted();
      await at.approve(id, read);
      const revised = await at.tickets.revise(at.engineer.user, id, at.body({ purpose: '升级评标系统' }));
      expect(revised).toMatchObject({ state: 'draft', edition: 2, purpose: '升级评标系统', approvals: [] });
      const again = await at.tickets.submit(at.engineer.user, id);
      expect(await refusal(at.approve(id, read, second))).toBe('ticket.content-changed');
      await approveAsRead(at, second, id);
      expect(await approveAsRead(at, at.head, id)).toMatchObject({ state: 'approved', edition: 2 });
      const editions = await at.tickets.editions(at.head.user, id);
      expect(editions.map(({ edition, content }) => [edition, JSON.parse(content).purpose])).toEqual([
        [1, '升级开标系统'],
        [2, '升级评标系统'],
      ]);
      expect(editions[1]?.contentHash).toBe(again.contentHash);
    });

    test('may be after it was refused, and never after it was approved (R3)', async () => {
      const at = await world();
      const { id } = await at.submitted();
      await at.tickets.refuse(at.head.user, id, '窗口太长');
      expect(await at.tickets.revise(at.engineer.user, id, at.body())).toMatchObject({ state: 'draft', edition: 2 });
      const approved = await at.approved();
      const late = at.tickets.revise(at.engineer.user, approved.id, at.body({ purpose: '别的' }));
      expect(await refusal(late)).toBe('ticket.not-possible-now');
    });
  });

  describe('what was done', () => {
    test('is reported, then accepted by the centre; from the report on nothing opens (R3)', async () => {
      const at = await world();
      const section = await at.actor('zhou-xinxi', 'section');
      const { id } = await at.open();
      const channel = await at.gate.decide(at.engineer.user, at.request());
      await at.tickets.report(at.engineer.user, id, { ...REPORT, outcome: 'partly' });
      expect(await at.gate.stillAllowed(channel)).toBe('closed-by-requester');
      expect(await refusal(at.tickets.accept(at.engineer.user, id))).toBe('duty.requester-approves-own');
      expect(await at.tickets.accept(section.user, id)).toMatchObject({
        state: 'closed',
        report: { outcome: 'partly', configUpdated: true },
        accepted: { by: { name: 'zhou-xinxi' } },
      });
    });

    test('is sent back with a reason: then the ticket is as approved as before, within its window (R3)', async () => {
      const at = await world();
      const { id } = await at.open();
      await at.tickets.report(at.engineer.user, id, REPORT);
      expect(await at.tickets.sendBack(at.head.user, id, '没有核对结果')).toMatchObject({
        state: 'approved',
        decisionReason: '没有核对结果',
      });
      expect(await refusal(at.gate.decide(at.engineer.user, at.request()))).toBe('allowed');
      at.clock.advance(4 * HOUR);
      expect(await refusal(at.gate.decide(at.engineer.user, at.request()))).toBe('channel.over');
      expect(await at.close(id)).toMatchObject({ state: 'closed' });
    });
  });

  describe('raw SQL', () => {
    const attempts: readonly (readonly [string, (id: string, at: World) => ReturnType<typeof sql>])[] = [
      [
        'approves with nobody’s decision',
        (id, at) => sql`update ticket set state = 'approved', approver_id = ${at.head.member.id} where id = ${id}`,
      ],
      [
        'lets the requester decide',
        (id, at) => sql`insert into ticket_decision values (${id}, 1, ${at.engineer.member.id}, 'approve', 1, null)`,
      ],
      [
        'lets an outsider decide',
        (id, at) =>
          sql`insert into ticket_decision select ${id}, 1, id, 'approve', 1, null from account where vendor is not null and id <> ${at.engineer.member.id}`,
      ],
      ['takes another state', (id) => sql`update ticket set state = 'reported' where id = ${id}`],
      ['closes it unreported', (id) => sql`update ticket set state = 'closed' where id = ${id}`],
      ['asks for no approvals', (id) => sql`update ticket set needs_approvals = 0 where id = ${id}`],
    ];
    test.each(attempts)('that %s is refused by the database (R8, B17)', async (_, attempt) => {
      const at = await world();
      await at.actor('zhao-gong', 'operator', '乙公司');
      const { id } = await at.submitted();
      await expect(at.database.transaction((tx) => attempt(id, at).execute(tx))).rejects.toThrow();
    });

    test('cannot change a decision, decide twice, or rewrite what was approved (R8, R19)', async () => {
      const at = await world();
      const { id } = await at.approved();
      const run = (statement: ReturnType<typeof sql>) => at.database.transaction((tx) => statement.execute(tx));
      await expect(run(sql`update ticket_decision set at = 5`)).rejects.toThrow('append-only');
      await expect(run(sql`delete from ticket_decision`)).rejects.toThrow('append-only');
      await expect(run(sql`delete from ticket_edition`)).rejects.toThrow('append-only');
      const twice = sql`insert into ticket_decision values (${id}, 1, ${at.head.member.id}, 'file', 1, null)`;
      await expect(run(twice)).rejects.toThrow();
      await expect(run(sql`update ticket set content_hash = 'x' where id = ${id}`)).rejects.toThrow('approved');
      await at.tickets.report(at.engineer.user, id, REPORT);
      const own = sql`update ticket set state = 'closed', acceptor_id = requester_id where id = ${id}`;
      await expect(run(own)).rejects.toThrow();
    });
  });
});
