// What has to be copied, what counts as copied, and who gets a copy: on both databases.

import { expect, test } from 'vitest';
import { type Item, manifestHash } from '../../../approvals/originals/manifest.ts';
import { createOriginals } from '../../../approvals/originals/originals.ts';
import { createOriginalsLog } from '../../../approvals/originals/originals-log.ts';
import { createFilesStore } from '../../../recordings/files-store/files-store.ts';
import { systemStoreDisk } from '../../../recordings/files-store/store-disk.ts';
import { Secret } from '../../../store/core/secret.ts';
import { refusal } from '../../identity/cast.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { createWorld, HOUR, type World } from '../world.ts';

const SHA = 'ab'.repeat(32);
const file = (path: string, change: Partial<Item> = {}): Item => ({
  path,
  type: 'file',
  mode: 0o644,
  size: 3,
  modified: 1,
  sha256: SHA,
  link: null,
  op: null,
  why: null,
  ...change,
});
async function* piece(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}
const HEADS = { screen: 'ab', keys: 'cd' };

const changing = (at: World, path = '/srv/app') => ({
  terms: { changes: [{ targetAccountId: at.target.accountId, path, change: 'modify' as const }] },
});

onEachDatabase((under) => {
  const scene = async () => {
    const at = await createWorld(under.current());
    const log = createOriginalsLog(at);
    /** A session of that person, as far as its copies. */
    const opened = async (change: Parameters<World['request']>[0] = {}) => {
      const approved = await at.gate.decide(at.engineer.user, at.request(change));
      await at.sessions.opened(approved, HEADS);
      return { approved, plan: await log.planFor(approved) };
    };
    return { at, log, opened };
  };

  test('the first session of a window copies, the next ones rely on it (R3)', async () => {
    const { at, log, opened } = await scene();
    await at.open(changing(at));
    const first = await opened();
    expect(first.plan).toMatchObject({ declared: ['/srv/app'], reliedOn: null });
    // Two that begin together both copy: neither is usable before.
    expect((await opened()).plan.declared).toEqual(['/srv/app']);
    const items = Array.from({ length: 120 }, (_, n) => file(`/srv/app/${n}`));
    await log.copied(first.approved, first.plan, items, null);
    const next = await opened();
    expect(next.plan).toMatchObject({ declared: [], reliedOn: expect.stringMatching(/^man_/) });
    const listed = await at.evidence('originals.listed');
    expect(listed.map(({ details }) => ('from' in details ? details.from : null))).toEqual([0, 50, 100]);
    const [copied] = await at.evidence('originals.copied');
    const fromLog = listed.flatMap(
      ({ details }) => ('manifest' in details && 'items' in details ? details.items : []) as unknown as Item[],
    );
    expect(copied?.details).toMatchObject({ items: 120, bytes: 360, sha256: manifestHash(fromLog) });
  });

  test('copies that are not whole, of another window, or with somebody else there since, are made again (R3)', async () => {
    const { at, log, opened } = await scene();
    const now = at.clock.now();
    const windows = [
      { start: now + HOUR, end: now + 2 * HOUR },
      { start: now + 4 * HOUR, end: now + 5 * HOUR },
    ];
    await at.open({ ...changing(at), windows, windowStart: now + HOUR, windowEnd: now + 5 * HOUR });
    const failed = await opened();
    await log.copied(failed.approved, failed.plan, [], { path: '/srv/app', why: 'no-permission' });
    expect(await at.evidence('originals.not-copied')).toMatchObject([
      { details: { path: '/srv/app', why: 'no-permission', without: null } },
    ]);
    const first = await opened();
    expect(first.plan.declared).toEqual(['/srv/app']);
    const unread = file('/srv/app/x', { type: 'unread', sha256: null, why: 'no-permission' });
    await log.copied(first.approved, first.plan, [unread], null);
    const whole = await opened();
    expect(whole.plan.declared).toEqual(['/srv/app']);
    await log.copied(whole.approved, whole.plan, [file('/srv/app')], null);
    expect((await opened()).plan.declared).toEqual([]);
    const other = await at.actor('zhao-gong', 'operator', '甲公司');
    const theirs = await at.submitted({ windowStart: at.clock.now(), windowEnd: at.clock.now() + HOUR }, other);
    await at.approve(theirs.id, theirs.read);
    await at.sessions.opened(await at.gate.decide(other.user, at.request()), HEADS);
    expect((await opened()).plan.declared).toEqual(['/srv/app']);
    at.clock.advance(now + 4 * HOUR - at.clock.now());
    expect((await opened()).plan).toMatchObject({ declared: ['/srv/app'], window: now + 4 * HOUR });
  });

  test('without backup is what the approval says, and stands in the evidence of what was not copied (R3)', async () => {
    const { at, log, opened } = await scene();
    const asked = await at.submitted({ ...changing(at), windowStart: at.clock.now() });
    await at.approve(asked.id, asked.read, at.head, { withoutBackup: '存储已满，已另行备份' });
    const { approved, plan } = await opened();
    expect(plan).toMatchObject({ declared: ['/srv/app'], withoutBackup: '存储已满，已另行备份' });
    await log.copied(approved, plan, [], { path: null, why: 'no-sftp' });
    expect(await at.evidence('originals.not-copied')).toMatchObject([
      { details: { why: 'no-sftp', without: '存储已满，已另行备份' } },
    ]);
    expect((await opened()).plan.declared).toEqual(['/srv/app']);
  });

  test('a copy goes to the requester by an approved ticket that names it, and to nobody else (R3, R27, B8)', async () => {
    const { at, log, opened } = await scene();
    const { id } = await at.open(changing(at));
    const { approved, plan } = await opened();
    await log.copied(approved, plan, [file('/srv/app')], null);
    const originals = createOriginals({
      ...at,
      filesStore: {
        async *get() {
          yield Buffer.from('old');
        },
      },
    });
    const tools = [{ name: 'app.conf', sha256: SHA }];
    const now = at.clock.now();
    const asked = await at.submitted({ terms: { tools }, windowStart: now, windowEnd: now + HOUR });
    const take = (who: World['engineer'], ticket: string, sha256 = SHA) => originals.take(who.user, ticket, sha256);
    expect(await refusal(take(at.engineer, asked.id))).toBe('original.not-named');
    expect(await refusal(take(at.engineer, id))).toBe('original.not-named');
    await at.approve(asked.id, asked.read);
    const rival = await at.actor('zheng', 'operator', '乙公司');
    expect(await refusal(take(rival, asked.id))).toBe('ticket.absent');
    expect(await refusal(take(at.head, asked.id))).toBe('role.not-allowed');
    expect(await refusal(take(at.engineer, asked.id, 'cd'.repeat(32)))).toBe('original.not-named');
    const theirs = await at.submitted({ terms: { tools }, windowStart: now, windowEnd: now + HOUR }, rival);
    await at.approve(theirs.id, theirs.read);
    expect(await refusal(take(rival, theirs.id))).toBe('original.not-named');
    expect(await at.evidence('original.handed-out')).toEqual([]);
    const pieces: Buffer[] = [];
    for await (const piece of await take(at.engineer, asked.id)) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe('old');
    expect(await at.evidence('original.handed-out')).toMatchObject([
      { details: { ticket: asked.id, of: id, sha256: SHA } },
    ]);
    at.clock.advance(2 * HOUR);
    expect(await refusal(take(at.engineer, asked.id))).toBe('original.not-named');
  });

  test('with its session’s recording a copy is destroyed: its hash stays, and nobody gets it (R3, R21)', async () => {
    const { at, log, opened } = await scene();
    const recordsKey = Secret.ofBytes(Buffer.alloc(32, 7));
    const filesStore = createFilesStore({ root: temporaryFolder(), recordsKey, disk: systemStoreDisk });
    const { id } = await at.open(changing(at));
    const { approved, plan } = await opened();
    const { sha256 } = await filesStore.put(approved.session, piece('old'));
    await log.copied(approved, plan, [file('/srv/app', { sha256 })], null);
    const now = at.clock.now();
    const tools = [{ name: 'app.conf', sha256 }];
    const asked = await at.submitted({ terms: { tools }, windowStart: now, windowEnd: now + HOUR });
    await at.approve(asked.id, asked.read);
    const originals = createOriginals({ ...at, filesStore });
    for await (const bytes of await originals.take(at.engineer.user, asked.id, sha256)) {
      expect(bytes.toString()).toBe('old');
    }
    // What the eraser does, of a session that the log says was destroyed.
    await filesStore.forget(approved.session);
    expect(await refusal(originals.take(at.engineer.user, asked.id, sha256))).toBe('stored-file.absent');
    expect(await at.evidence('original.handed-out')).toHaveLength(1);
    const { manifests } = await originals.list(at.head.user, id, { from: 0 });
    const page = await originals.list(at.head.user, id, { from: 0, manifest: manifests[0]?.id ?? '' });
    expect(page.items).toMatchObject([{ path: '/srv/app', sha256 }]);
  });

  test('head, section and auditor list originals; requester and administrator do not (R8)', async () => {
    const { at, log, opened } = await scene();
    const { id } = await at.open(changing(at));
    const { approved, plan } = await opened();
    await log.copied(approved, plan, [file('/srv/app'), file('/srv/app/b')], null);
    await log.touched(approved, [file('/etc/x', { op: 'open' })]);
    await log.touched(approved, [file('/etc/y', { op: 'remove' })]);
    const store = { get: () => Promise.reject(new Error('expected nothing to be read')) as never };
    const originals = createOriginals({ ...at, filesStore: store });
    const list = (user: World['engineer']['user'], manifest?: string) =>
      originals.list(user, id, { from: 0, ...(manifest !== undefined && { manifest }) });
    const auditor = await at.actor('wu-shenji', 'auditor');
    for (const { user } of [at.head, auditor, await at.actor('zhou', 'section')]) {
      const { manifests } = await list(user);
      expect(manifests.map(({ purpose, complete, target }) => [purpose, complete, target])).toEqual([
        ['opening', true, 'web1'],
        ['touched', true, 'web1'],
      ]);
      const page = await list(user, manifests[1]?.id);
      expect(page.items.map(({ path, op }) => [path, op])).toEqual([
        ['/etc/x', 'open'],
        ['/etc/y', 'remove'],
      ]);
    }
    expect(await refusal(list(at.engineer.user))).toBe('role.not-allowed');
    expect(await refusal(list(at.boss.user))).toBe('ticket.absent');
    expect(await refusal(originals.report(auditor.user, id))).toBe('originals.no-report');
  });
});
