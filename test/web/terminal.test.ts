// A web terminal on a real target: the bytes, the size, the end, and what is left of it in the recording.

import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as soon } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SessionView } from '../../approvals/access/session-log.ts';
import { loadKeys } from '../../bastion/cli/data-folder.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { readRecording } from '../../recordings/read/read-recording.ts';
import { trackPath } from '../../recordings/storage/recording-directory.ts';
import { unwrapTrackKey } from '../../recordings/storage/recording-keys.ts';
import { ApiClient } from '../support/api-client.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { startInstallation, type TestInstallation } from '../support/installation.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { secondServer } from '../support/second-server.ts';
import { accepts } from '../support/sshd.ts';
import { openTerminal, type WebTerminal } from '../support/web-terminal.ts';

const MiB = 2 ** 20;
const folder = mkdtempSync(join(tmpdir(), 'sluice-terminal-'));
let site: TestInstallation;
let client: ApiClient;
let auditor: AuthenticatedUser;
let ticket: string;
let terminal: WebTerminal;
let session: string;

beforeAll(async () => {
  site = await startInstallation();
  ticket = (await site.approvedTicket()).id;
  client = await ApiClient.signIn(site, 'engineer');
  auditor = await site.signIn('auditor');
});
afterAll(async () => {
  await site.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => begin());

async function begin(at = site): Promise<void> {
  terminal = await openTerminal(at, client.at(at), ticket);
  session = (await terminal.said('opened')).sessionId;
  // A prompt that is nobody's habit.
  terminal.type("PS1='$ '; echo ready-$((1+1))\r");
  await terminal.until((screen) => screen.includes('ready-2'));
}

/** The session once it is over. */
function over(): Promise<SessionView> {
  const { sessionLog, changes } = site.running.services;
  return new Promise((resolve, reject) => {
    const look = (): void => {
      sessionLog.get(auditor, session).then((view) => {
        if (view.endedAt === null) return;
        unsubscribe();
        resolve(view);
      }, reject);
    };
    const unsubscribe = changes.subscribe(look);
    look();
  });
}

async function recorded(kind: 'output' | 'input'): Promise<Buffer> {
  const key = loadKeys(site.folder).records;
  const pieces: Buffer[] = [];
  for await (const event of readRecording(join(site.folder.recordings, session), (head) => unwrapTrackKey(key, head))) {
    if ('bytes' in event && event.kind === kind) pieces.push(event.bytes);
  }
  return Buffer.concat(pieces);
}

async function leave(): Promise<void> {
  terminal.socket.close();
  await over();
}

test('what is seen is what is recorded, and the exit status arrives (R17)', async () => {
  terminal.type('printf "\\033[31m红\\033[0m \\377\\000\\n"; exit 7\r');
  expect(await terminal.said('ended')).toMatchObject({ reason: 'finished', exitStatus: 7 });
  await terminal.closed;
  expect(await over()).toMatchObject({ via: 'web', kind: 'shell', endReason: 'finished', exitStatus: 7 });
  expect(terminal.screen()).toContain('\u001b[31m红');
  expect((await recorded('output')).equals(terminal.bytes())).toBe(true);
});

test('a resize arrives at the target and in the recording (R17)', async () => {
  terminal.type('stty size\r');
  await terminal.until((screen) => screen.includes('24 80'));
  terminal.socket.send('{"type":"resize","columns":132,"rows":43}');
  terminal.type('stty size\r');
  await terminal.until((screen) => screen.includes('43 132'));
  await leave();
});

test('characters split across messages arrive whole (R17)', async () => {
  terminal.type("printf %s '");
  for (const byte of Buffer.from('闸口🚪')) terminal.socket.send(Buffer.of(byte));
  terminal.type("' | od -An -tx1\r");
  await terminal.until((screen) => screen.includes('e9 97 b8 e5 8f a3 f0 9f 9a aa'));
  await leave();
  expect((await recorded('input')).toString('utf8')).toContain("printf %s '闸口🚪' | od");
});

test('a paste of 1 MB arrives unchanged (R17)', async () => {
  const pasted = randomBytes(MiB);
  const file = join(folder, 'pasted');
  terminal.type(`stty raw -echo; echo go-$((1+1)); head -c ${MiB} > ${file}; stty sane; echo done-$((1+1))\r`);
  await terminal.until((screen) => screen.includes('go-2'));
  for (let at = 0; at < MiB; at += 200_000) terminal.socket.send(pasted.subarray(at, at + 200_000));
  await terminal.until((screen) => screen.includes('done-2'));
  expect(readFileSync(file).equals(pasted)).toBe(true);
  await leave();
  expect((await recorded('input')).includes(pasted)).toBe(true);
});

test('20 MB of output wait at the target for a browser that does not read, and arrive unchanged (R17)', async () => {
  const sent = randomBytes(20 * MiB);
  const file = join(folder, 'sent');
  writeFileSync(file, sent);
  const track = trackPath(join(site.folder.recordings, session), 'screen');
  const before = process.memoryUsage();
  terminal.type(`stty raw -echo; cat ${file}; exit\r`);
  terminal.socket.pause();
  const held = await settled(() => statSync(track).size);
  const { external } = process.memoryUsage();
  process.stdout.write(
    `held back: ${mega(held)} of 20 MiB recorded, ${mega(external - before.external)} MiB in memory\n`,
  );
  // What is on its way fills the kernel's buffers of four sockets, and nothing of ours.
  expect(held).toBeLessThan(16 * MiB);
  expect(external - before.external).toBeLessThan(14 * MiB);
  terminal.socket.resume();
  await terminal.said('ended');
  await terminal.closed;
  const seen = terminal.bytes();
  const start = seen.indexOf(sent.subarray(0, 64));
  expect(seen.subarray(start, start + sent.length).equals(sent)).toBe(true);
  await over();
  expect((await recorded('output')).equals(seen)).toBe(true);
});

const mega = (bytes: number): string => (bytes / MiB).toFixed(1);

/** What is measured, once it has not moved for a while: only time shows that something has stopped. */
async function settled(measure: () => number): Promise<number> {
  let [last, still] = [measure(), 0];
  while (still < 5) {
    await soon(50);
    const now = measure();
    still = now === last && now > 0 ? still + 1 : 0;
    last = now;
  }
  return last;
}

test('closing the browser ends the session and its program (R1)', async () => {
  terminal.type('echo pid-$$-; sleep 600\r');
  const pid = Number(/pid-(\d+)-/.exec(await terminal.until((screen) => /pid-\d+-/.test(screen)))?.[1]);
  terminal.socket.terminate();
  expect(await over()).toMatchObject({ endReason: 'client-left' });
  await settledGone(pid);
  expect((await recorded('output')).toString('utf8')).toContain(`pid-${pid}-`);
});

async function settledGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await soon(20);
  }
}

test('closing the browser ends the session while the target takes no input, too (R1)', async () => {
  await leave();
  const clock = new ManualClock();
  const second = await secondServer(site, { clock });
  await begin(second.site);
  terminal.type('stty raw -echo; echo go-$((1+1)); sleep 600\r');
  await terminal.until((screen) => screen.includes('go-2'));
  for (let sent = 0; sent < 64; sent += 1) terminal.socket.send(Buffer.alloc(200_000, 'x'));
  await settled(() => terminal.socket.bufferedAmount + 1);
  terminal.socket.terminate();
  // Nothing is read from it any more: only speaking to it shows that nobody is there.
  let ended: SessionView | undefined;
  void over().then((view) => {
    ended = view;
  });
  while (ended === undefined) {
    clock.advance(20_000);
    await soon(20);
  }
  expect(ended).toMatchObject({ endReason: 'client-left' });
  await second.stop();
});

test('the head ends a session, and the terminal says so (R6)', async () => {
  const head = await ApiClient.signIn(site, 'head');
  const answer = await head.post(`/api/v1/sessions/${session}/end`, { reason: '异常操作' });
  expect(answer.status).toBe(204);
  expect(await terminal.said('ended')).toMatchObject({ reason: 'cut-by-head' });
  expect(await over()).toMatchObject({ endReason: 'cut-by-head' });
});

test('a gateway that is killed ends the terminal with a sentence; its recording is found and another serves (R18, R35)', async () => {
  terminal.type('echo last-$((1+1))\r');
  await terminal.until((screen) => screen.includes('last-2'));
  const from = await evidenceSize(site);
  const { supervisor } = site.running;
  const [pid = 0] = supervisor.pids;
  process.kill(pid, 'SIGKILL');
  const ended = await terminal.said('ended');
  expect(ended).toMatchObject({ reason: 'gateway-lost', exitStatus: null });
  expect(ended.text.zh).toContain('网关已停止');
  await terminal.closed;
  expect(await over()).toMatchObject({ endReason: 'gateway-lost' });
  const left = await evidence(site, from);
  const recovered = left.find(({ type }) => type === 'recording.recovered');
  expect(recovered?.details).toMatchObject({ session, tracks: { screen: { frames: expect.any(Number) } } });
  expect((await recorded('output')).toString('utf8')).toContain('last-2');
  const page = await (await ApiClient.signIn(site, 'auditor')).get(`/api/v1/sessions/${session}/replay`);
  expect(page.body).toMatchObject({ integrity: { intact: true } });

  while (!(await accepts(site.sshPort))) await soon(50);
  expect(supervisor.pids).not.toContain(pid);
  await begin();
  terminal.type('exit\r');
  expect(await terminal.said('ended')).toMatchObject({ reason: 'finished' });
});
