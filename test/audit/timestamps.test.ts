// Timestamps of checkpoints, made and checked by OpenSSL's authority (R19, R26).

import { execFileSync } from 'node:child_process';
import { hash, randomBytes, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { noteHash } from '../../audit/checkpoint.ts';
import { createPost, type Post } from '../../audit/http-post.ts';
import { createStamper } from '../../audit/timestamp/stamper.ts';
import { isTrusted, openToken, type TimeStamp, timeStampQuery, tokenOf } from '../../audit/timestamp/time-stamp.ts';
import { parseTimestampLine } from '../../audit/timestamp/timestamp-file.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTimestampAuthority, type TimestampAuthority } from '../support/timestamp-authority.ts';
import { type LogScene, logScene } from './log-scene.ts';

const certificate = (file: string) => new X509Certificate(readFileSync(file));
const http = createPost({ timeoutMs: 10_000, mostBytes: 100_000 });

function stamperOf(log: LogScene, authority: TimestampAuthority, post: Post = http, root = authority.root) {
  const { database, append, folder, clock, publisher } = log;
  const trusted = [certificate(root)];
  const latest = (): string | undefined => publisher.checkpoint();
  const rest = { post, trusted, latest, random: randomBytes, logger: silentLogger, everyMs: 3_600_000 };
  return createStamper({ authority: authority.url, database, append, folder, clock, ...rest });
}

async function scene(key: 'rsa' | 'ec' = 'ec') {
  const [log, authority] = [await logScene(20), await startTimestampAuthority(key)];
  onTestFinished(async () => {
    await log.close();
    await authority.stop();
  });
  return { log, authority };
}

const eventsOf = async ({ database }: LogScene) =>
  (await database.transaction((tx) => tx.selectFrom('evidence').select('leaf').execute()))
    .map(({ leaf }) => JSON.parse(leaf) as { type: string; details: { why?: string; size?: number } })
    .filter(({ type }) => type.startsWith('timestamp.'));

test.each(['rsa', 'ec'] as const)(
  'a checkpoint is stamped, kept, and named in the log; OpenSSL agrees (%s, R19)',
  async (key) => {
    const { log, authority } = await scene(key);
    const stamper = stamperOf(log, authority);
    const stamped = log.publisher.checkpoint() ?? '';
    await stamper.look();
    await log.grow(1);
    const { findings, facts } = await log.verify({ timestampAuthorities: [certificate(authority.root)] });
    expect(findings).toEqual([]);
    expect(facts.stamping).toMatchObject({ timestamps: 1, trusted: 1, size: 20 });
    expect(Math.abs((facts.stamping.at ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(await eventsOf(log)).toMatchObject([{ type: 'timestamp.taken', details: { size: 20 } }]);
    const line = readFileSync(join(log.directory, 'timestamps'), 'utf8').trimEnd();
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'token'), parseTimestampLine(line)?.token ?? '');
    const digest = noteHash(stamped).toString('hex');
    const args = ['ts', '-verify', '-digest', digest, '-in', 'token', '-token_in', '-CAfile', authority.root];
    expect(
      execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    ).toContain('OK');
  },
);

test('a byte changed among the timestamps is found, and so is one that is gone (R19)', async () => {
  const { log, authority } = await scene();
  await stamperOf(log, authority).look();
  await log.grow(1);
  const file = join(log.directory, 'timestamps');
  const bytes = readFileSync(file);
  for (let offset = 0; offset < bytes.length; offset += 7) {
    const changed = Buffer.from(bytes);
    changed[offset] = (changed[offset] ?? 0) ^ 1;
    writeFileSync(file, changed);
    expect((await log.verify()).findings.length, `byte ${offset}`).toBeGreaterThan(0);
  }
  // A true token, put beside another checkpoint.
  const size = bytes.toString('latin1').split(' ')[0] ?? '';
  expect((await log.verify()).facts.leaves).toBe(Number(size) + 2);
  writeFileSync(file, bytes.toString('latin1').replace(size, String(Number(size) + 2)));
  expect((await log.verify()).findings).toMatchObject([
    { where: { file: 'timestamps', offset: 0 } },
    { where: { leaf: 20 } },
  ]);
  writeFileSync(file, '');
  expect((await log.verify()).findings).toMatchObject([{ where: { file: 'timestamps', leaf: 20 } }]);
});

test('a token of another authority, for another question or checkpoint is not kept, and that is one event (R19)', async () => {
  const { log, authority } = await scene();
  const other = await startTimestampAuthority('ec');
  onTestFinished(() => other.stop());
  const swapped =
    (change: (query: Buffer) => Buffer): Post =>
    async ({ body }) => ({
      status: 200,
      type: 'application/timestamp-reply',
      body: authority.reply(change(body)),
    });
  const answer =
    (status: number, type: string, body: Buffer): Post =>
    async () => ({ status, type, body });
  const attempts: [Post, RegExp, string?][] = [
    [http, /not signed by the authority/, other.root],
    [swapped(() => timeStampQuery(hash('sha256', 'other', 'buffer'), Buffer.of(0x41))), /another checkpoint/],
    [
      swapped((body) =>
        timeStampQuery(body.subarray(body.indexOf(Buffer.of(4, 32)) + 2).subarray(0, 32), Buffer.of(0x41)),
      ),
      /another question/,
    ],
    [answer(500, 'text/html', Buffer.from('<h1>')), /status 500/],
    [answer(200, 'application/timestamp-reply', Buffer.from('3003020102', 'hex')), /tag 48/],
    [answer(200, 'application/timestamp-reply', Buffer.from('30053003020102', 'hex')), /refused with status 2/],
    [() => Promise.reject(new Error('ECONNREFUSED')), /ECONNREFUSED/],
  ];
  for (const [post, why, root] of attempts) {
    await log.grow(1);
    const before = (await eventsOf(log)).length;
    const stamper = stamperOf(log, authority, post, root);
    await stamper.look();
    await stamper.look();
    const events = (await eventsOf(log)).slice(before);
    expect(events).toMatchObject([{ type: 'timestamp.failed', details: { why: expect.stringMatching(why) } }]);
  }
  expect(await log.folder.read('timestamps')).toBeUndefined();
});

test('a token with any byte changed is none, or leads nowhere else (R19)', async () => {
  const authority = await startTimestampAuthority('ec');
  onTestFinished(() => authority.stop());
  const imprint = hash('sha256', 'x', 'buffer');
  const token = tokenOf(authority.reply(timeStampQuery(imprint, Buffer.of(0x41))));
  if (typeof token === 'string') throw new Error(token);
  const root = certificate(authority.root);
  const good = openToken(token);
  expect([good.imprint, isTrusted(good, [root]), isTrusted(good, [certificate(authority.stranger)])]).toEqual([
    imprint,
    true,
    false,
  ]);
  // Only a certificate for timestamps signs them, and only while it is valid.
  expect(isTrusted({ ...good, signer: root }, [root])).toBe(false);
  expect(isTrusted({ ...good, at: good.at + 3 * 86_400_000 }, [root])).toBe(false);
  expect(isTrusted({ ...good, certificates: [] }, [root])).toBe(false);
  for (let at = 0; at < token.length; at += 1) {
    const changed = Buffer.from(token);
    changed[at] = (changed[at] ?? 0) ^ 0x55;
    const stamp = openedOrNot(changed);
    if (stamp === undefined) continue;
    // What is not signed (a version, an outer certificate) may differ; what it says may not.
    const said = [stamp.imprint, stamp.at, stamp.nonce, stamp.signer.raw];
    expect(said, `byte ${at}`).toEqual([good.imprint, good.at, good.nonce, good.signer.raw]);
  }
});

test('a token whose time and digest were both rewritten has no signature that holds (R19)', async () => {
  const authority = await startTimestampAuthority('rsa');
  onTestFinished(() => authority.stop());
  const token = tokenOf(authority.reply(timeStampQuery(hash('sha256', 'x', 'buffer'), Buffer.of(0x41))));
  if (typeof token === 'string') throw new Error(token);
  const text = token.toString('latin1');
  const time = /20\d{12}Z/.exec(text);
  if (time === null) throw new Error('expected a time');
  // The content is the octet string around the time: found by its digest, which stands in the signed attributes.
  const forged = Buffer.from(text.replace(time[0], `2019${time[0].slice(4)}`), 'latin1');
  for (let from = 0; from < time.index; from += 1) {
    for (let to = time.index + 15; to < Math.min(token.length, time.index + 200); to += 1) {
      const at = token.indexOf(hash('sha256', token.subarray(from, to), 'buffer'));
      if (at < 0) continue;
      hash('sha256', forged.subarray(from, to), 'buffer').copy(forged, at);
      expect(() => openToken(forged)).toThrow('signature');
      return;
    }
  }
  throw new Error('expected to find the content');
});

function openedOrNot(token: Buffer): TimeStamp | undefined {
  try {
    return openToken(token);
  } catch {
    return undefined;
  }
}

test('nothing is stamped twice while nothing has happened', async () => {
  const { log, authority } = await scene();
  let asked = 0;
  const stamper = stamperOf(log, authority, (question) => {
    asked += 1;
    return http(question);
  });
  await stamper.look();
  await stamper.look();
  expect(asked).toBe(1);
});
