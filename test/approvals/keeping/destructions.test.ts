import { existsSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { systemErasingDisk } from '../../../recordings/destroy/erasing-disk.ts';
import { newId } from '../../../store/core/ids.ts';
import { refusal } from '../../identity/cast.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { keepingScene, RETENTION_DAYS } from './scene.ts';

onEachDatabase((under) => {
  const stage = () => keepingScene(under.current());
  const run = (text: string) => under.current().transaction((tx) => sql.raw(text).execute(tx));

  test('an auditor asks, a head approves, the auditor destroys; the log keeps what it was (R21)', async () => {
    const at = await stage();
    const sessions = [await at.recorded(), await at.recorded()];
    const kept = await at.recorded();
    at.grow(RETENTION_DAYS);
    const whole = readFileSync(join(at.root, sessions[0] ?? '', 'screen.track'));
    const { id } = await at.destructions.ask(at.auditor.user, sessions, '保存期满');
    expect(await refusal(at.destructions.destroy(at.auditor.user, id))).toBe('record-request.not-possible-now');
    await at.approve(id);
    const done = await at.destructions.destroy(at.auditor.user, id);
    expect(done).toEqual({ sessions: [...sessions].sort(), erased: true });
    expect(sessions.map((session) => existsSync(join(at.root, session)))).toEqual([false, false]);
    expect(existsSync(join(at.root, kept))).toBe(true);
    const events = (await at.evidence('recording.destroyed')).map(({ details }) => details as { session: string });
    expect(events.map(({ session }) => session).sort()).toEqual([...sessions].sort());
    const first = events.find(({ session }) => session === sessions[0]);
    expect(first).toMatchObject({
      request: id,
      asked: at.auditor.user.account.id,
      approved: at.head.user.account.id,
      reason: '保存期满',
      tracks: { screen: { bytes: whole.length, complete: true, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    });
    expect(await refusal(at.destructions.destroy(at.auditor.user, id))).toBe('record-request.not-possible-now');
  });

  test('nothing is destroyed before its time, nor on hold, nor for whom it is not (R8, R20, R21)', async () => {
    const at = await stage();
    const session = await at.recorded();
    const ask = (by = at.auditor) => refusal(at.destructions.ask(by.user, [session], '保存期满'));
    at.grow(RETENTION_DAYS - 1);
    expect(await ask()).toBe('destroy.not-due');
    at.grow(1);
    expect(await ask(at.head)).toBe('duty.only-auditors-see-records');
    expect(await ask(at.boss)).toBe('session.absent');
    const hold = await at.holds.place(at.auditor.user, { ticket: at.ticket.id }, '纪检调查');
    expect(await ask()).toBe('destroy.on-hold');
    await at.holds.lift(at.head.user, hold.id, '调查结束');
    expect(await refusal(at.destructions.ask(at.auditor.user, [newId('ses')], '保存期满'))).toBe('session.absent');
    expect(await refusal(at.destructions.ask(at.auditor.user, [], '保存期满'))).toBe('destroy.sessions');
    const { id } = await at.destructions.ask(at.auditor.user, [session], '保存期满');
    expect(await refusal(at.approve(id, at.auditor))).toBe('duty.asker-decides-own');
    await at.approve(id);
    expect(await refusal(at.destructions.destroy(at.head.user, id))).toMatch(/^duty\./);
    expect(await refusal(at.requests.use(at.auditor.user, 'export', id))).toBe('record-request.absent');
    expect(existsSync(join(at.root, session))).toBe(true);
  });

  test('a hold that is placed after the approval keeps all of it (R20)', async () => {
    const at = await stage();
    const sessions = [await at.recorded(), await at.recorded()];
    at.grow(RETENTION_DAYS);
    const id = await at.approvedFor(sessions);
    const hold = await at.holds.place(at.head.user, { session: sessions[1] ?? '' }, '投诉处理中');
    expect(await refusal(at.destructions.destroy(at.auditor.user, id))).toBe('destroy.on-hold');
    expect(sessions.map((session) => existsSync(join(at.root, session)))).toEqual([true, true]);
    expect(await at.evidence('recording.destroyed')).toEqual([]);
    await at.holds.lift(at.deputy.user, hold.id, '投诉已结');
    expect((await at.destructions.destroy(at.auditor.user, id)).erased).toBe(true);
  });

  test('a recording that was touched is not destroyed: that would destroy the proof (R19, R21)', async () => {
    const at = await stage();
    const session = await at.recorded();
    at.grow(RETENTION_DAYS);
    const id = await at.approvedFor([session]);
    const file = await open(join(at.root, session, 'screen.track'), 'r+');
    await file.truncate((await file.stat()).size - 1);
    await file.close();
    expect(await refusal(at.destructions.destroy(at.auditor.user, id))).toBe('destroy.altered');
    expect(existsSync(join(at.root, session, 'screen.track'))).toBe(true);
  });

  test('of what was destroyed nothing is asked, replayed, held or destroyed again (R21)', async () => {
    const at = await stage();
    const session = await at.recorded();
    at.grow(RETENTION_DAYS);
    const again = await at.approvedFor([session]);
    await at.destructions.destroy(at.auditor.user, await at.approvedFor([session]));
    const { auditor } = at;
    expect(await refusal(at.destructions.destroy(auditor.user, again))).toBe('recording.destroyed');
    expect(await refusal(at.destructions.ask(auditor.user, [session], '保存期满'))).toBe('recording.destroyed');
    expect(await refusal(at.holds.place(auditor.user, { session }, '调查'))).toBe('recording.destroyed');
    expect(await refusal(at.permitReplay(auditor.user, session))).toBe('recording.destroyed');
    expect((await at.listDue(auditor.user)).due).toEqual([]);
  });

  test('what the disk did not let go is erased later, headers first (R21)', async () => {
    const failing = { ...systemErasingDisk, remove: () => Promise.reject(new Error('EIO')) };
    const at = await keepingScene(under.current(), failing);
    const session = await at.recorded();
    at.grow(RETENTION_DAYS);
    const done = await at.destructions.destroy(at.auditor.user, await at.approvedFor([session]));
    expect(done.erased).toBe(false);
    const left = readFileSync(join(at.root, session, 'screen.track'));
    expect(left.every((byte) => byte === 0)).toBe(true);
    expect(await at.eraserWith(systemErasingDisk).finish()).toBe(true);
    expect(existsSync(join(at.root, session))).toBe(false);
  });

  test.each([
    ['without anybody', 'waiting', 400, false, 'two people agree'],
    ['before the floor', 'used', 182, false, 'kept for 183 days'],
    ['under a hold', 'used', 400, true, 'what is on hold'],
    ['a second too early', 'used', 183 - 1 / 86_400, false, 'kept for 183 days'],
  ] as const)(
    'raw SQL that destroys %s is refused by the database (R20, R21)',
    async (_what, state, days, held, why) => {
      const at = await stage();
      const session = await at.recorded();
      at.grow(RETENTION_DAYS);
      const { id } = await at.destructions.ask(at.auditor.user, [session], '保存期满');
      if (state === 'used') {
        await at.approve(id);
        await run(`update record_request set state = 'used', ended_at = 1 where id = '${id}'`);
      }
      if (held) await at.holds.place(at.auditor.user, { ticket: at.ticket.id }, '纪检调查');
      const [ended] = (await at.sessions.list(at.auditor.user)).map(({ endedAt }) => endedAt);
      const when = (ended ?? 0) + Math.round(days * 86_400_000);
      await expect(
        run(`insert into session_destruction values ('${session}', '${id}', ${when}, null)`),
      ).rejects.toThrow(why);
      await expect(run(`update session set ended_at = 1 where id = '${session}'`)).rejects.toThrow('end of a session');
    },
  );

  test('raw SQL adds no session to a request that was approved, and undoes no destruction (R21)', async () => {
    const at = await stage();
    const [session, other] = [await at.recorded(), await at.recorded()];
    at.grow(RETENTION_DAYS);
    const id = await at.approvedFor([session]);
    await expect(run(`insert into record_request_about values ('${id}', '${other}')`)).rejects.toThrow(
      'from its beginning',
    );
    await expect(run('delete from record_request_about')).rejects.toThrow();
    await expect(run(`update record_request_about set session_id = '${other}'`)).rejects.toThrow();
    await at.destructions.destroy(at.auditor.user, id);
    await expect(run('delete from session_destruction')).rejects.toThrow();
    await expect(run('update session_destruction set erased_at = null')).rejects.toThrow();
  });
});
