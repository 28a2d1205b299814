// Work that somebody of the centre has to watch, with real clients, a real target and real live views (R6).

import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as soon } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FILE_RIGHTS } from '../../store/core/channel-terms.ts';
import { ApiClient } from '../support/api-client.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { listeningGateway, passTime } from '../support/fake-controller.ts';
import { PASSWORD, startInstallation, type TestInstallation, type TicketOptions } from '../support/installation.ts';
import { connectWatch, type LiveWatch, liveSession, watch, watchToken } from '../support/live-watch.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { run as program, type SshRun, ssh } from '../support/openssh.ts';
import { inFrontOf, type PeerBehind } from '../support/peers-behind.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { openTerminal } from '../support/web-terminal.ts';

const MiB = 2 ** 20;
/** On a busy machine. */
const LATER = { timeout: 20_000 };
const SUPERVISED: TicketOptions = {
  kinds: ['shell', 'exec'],
  files: { rights: FILE_RIGHTS, paths: [] },
  terms: { supervised: true },
};
const folder = mkdtempSync(join(tmpdir(), 'sluice-supervision-'));
let sshd: Sshd;
/** In front of the target: it counts who gets there. */
let target: PeerBehind;
let site: TestInstallation;
let section: ApiClient;
let head: ApiClient;
let engineer: ApiClient;
/** Of the evidence, when the test began. */
let from: number;

beforeAll(async () => {
  sshd = await startSshd();
  target = await inFrontOf(sshd);
  site = await startInstallation({ 'login.codeFreshMinutes': 0 }, { ...sshd, port: target.port });
  section = await ApiClient.signIn(site, 'section');
  head = await ApiClient.signIn(site, 'head');
  engineer = await ApiClient.signIn(site, 'engineer');
});
afterAll(async () => {
  await site.stop();
  target.stop();
  await sshd.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  from = await evidenceSize(site);
});
// The tickets of one test are nobody's in the next.
afterEach(async () => {
  const { body } = await engineer.get('/api/v1/tickets?state=approved');
  for (const { id } of body as { id: string }[]) await engineer.post(`/api/v1/tickets/${id}/withdraw`);
  // Nor are its sessions: an end is written down a moment after the client heard of it.
  const live = async () => ((await head.get('/api/v1/sessions?live=true')).body as unknown[]).length;
  await expect.poll(live, LATER).toBe(0);
});

const answers = () => ({ password: PASSWORD, code: site.code('engineer') });
const command = (line: string): SshRun =>
  ssh(['-p', String(site.sshPort), 'engineer@127.0.0.1', line], answers(), { LANG: 'zh_CN.UTF-8' });
const shell = (): SshRun =>
  ssh(['-tt', '-p', String(site.sshPort), 'engineer@127.0.0.1'], answers(), { LANG: 'zh_CN.UTF-8' });
const since = () => evidence(site, from);
const types = async () => (await since()).map(({ type }) => type);
const post = async (client: ApiClient, path: string, body?: object) => (await client.post(path, body)).status;
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** How much came out of it so far. */
function received(run: SshRun): () => number {
  let bytes = run.stdout().length;
  run.child.stdout.on('data', (piece: Buffer) => {
    bytes += piece.length;
  });
  return () => bytes;
}

/** What is measured, once it has not moved for a while: only time shows that something has stopped. */
async function still(measure: () => number): Promise<number> {
  let [last, same] = [measure(), 0];
  while (same < 8) {
    await soon(50);
    const now = measure();
    same = now === last ? same + 1 : 0;
    last = now;
  }
  return last;
}

test('nothing reaches the target before somebody watches, and then it does (R6)', async () => {
  await site.approvedTicket(SUPERVISED);
  const before = target.connections();
  const mark = join(folder, 'mark');
  const run = command(`touch ${mark}; cat; echo done >&2`);
  run.child.stdin.end('typed before anybody watched\n');
  await run.until((text) => text.includes('须有监督人在线观看'));
  const session = await liveSession(site);
  const { body } = await section.get('/api/v1/supervision');
  expect(body).toMatchObject([{ session, state: 'waiting', supervised: true, watchers: [] }]);
  expect([target.connections() - before, existsSync(mark)]).toEqual([0, false]);
  expect(await types()).not.toContain('credential.released');
  const view = await watch(site, section, session);
  const { code, stdout, stderr } = await run.exit;
  expect([code, stdout.toString()]).toEqual([0, 'typed before anybody watched\n']);
  expect(stderr.toString()).toContain('监督人在线，会话继续');
  expect(await view.said('ended')).toMatchObject({ reason: 'session.over' });
  const seen = (await types()).filter((type) => /^(watch|session|credential)\./.test(type));
  expect(seen).toEqual([
    'session.opened',
    'watch.begun',
    'session.resumed',
    'credential.released',
    'session.ended',
    'watch.ended',
  ]);
  expect((await since()).find(({ type }) => type === 'session.opened')?.details.supervised).toBe(true);
});

test('a session nobody comes to watch ends by itself, without a word to the target (R6)', async () => {
  const clock = new ManualClock();
  const options = { clock, leaseMs: 10 ** 9, superviseMs: 600_000, grant: { waits: true } };
  const { gateway, port } = await listeningGateway(sshd, options);
  const run = ssh(['-p', String(port), 'lin@127.0.0.1', 'echo in'], { password: 'correct horse', code: '123456' });
  await run.until((text) => text.includes('须有监督人在线观看'));
  await passTime(clock, gateway, 600_000);
  const { code, stdout, stderr } = await run.exit;
  expect([code, stdout.toString()]).toEqual([75, '']);
  expect(stderr.toString()).toContain('没有监督人在线观看，会话未能开始');
  await gateway.hear('session.ended', ({ reason }) => reason === 'unsupervised');
  expect(gateway.told.map(({ name }) => name)).not.toContain('session.credential');
});

test('the last supervisor leaves and the terminal freezes; what is typed meanwhile arrives when one is back (R6)', async () => {
  await site.approvedTicket(SUPERVISED);
  const run = shell();
  const session = await liveSession(site);
  const first = await watch(site, section, session);
  run.child.stdin.write('echo live-$((1+1))\n');
  await run.until((text) => text.includes('live-2'));
  await first.until((screen) => screen.includes('live-2'));
  const second = await watch(site, head, session);
  await first.leave();
  run.child.stdin.write('echo two-$((1+1))\n');
  await run.until((text) => text.includes('two-2'));
  await second.leave();
  await run.until((text) => text.includes('监督人已离开，会话已冻结'));
  const size = await still(() => run.stdout().length);
  run.child.stdin.write('echo kept-$((1+1))\n');
  expect(await still(() => run.stdout().length)).toBe(size);
  const back = await watch(site, section, session);
  await run.until((text) => text.includes('kept-2'));
  // The view begins with what was there before.
  expect(back.screen()).toContain('live-2');
  await back.until((screen) => screen.includes('kept-2'));
  run.child.stdin.write('exit 3\n');
  expect((await run.exit).code).toBe(3);
});

describe('frozen in the middle', () => {
  const data = randomBytes(8 * MiB);
  const file = join(folder, 'data');
  let view: LiveWatch;
  let session: string;

  beforeAll(() => writeFileSync(file, data));
  async function begin(run: SshRun, moving: () => number): Promise<void> {
    session = await liveSession(site);
    view = await watch(site, section, session);
    while (moving() === 0) await soon(5);
    expect(await post(section, `/api/v1/sessions/${session}/freeze`, { reason: '核对一下' })).toBe(204);
    // Not the whole of what came: looking through megabytes at every piece would hold up the controller, which is here.
    await expect.poll(() => run.stderr().toString(), LATER).toContain('监督人已冻结会话：核对一下');
    const held = await still(moving);
    expect(held).toBeLessThan(data.length);
    expect(await still(moving)).toBe(held);
    await view.said('flow', ({ state }) => state === 'frozen');
    expect(await post(section, `/api/v1/sessions/${session}/resume`)).toBe(204);
  }

  test('output: everything arrives, once, and nothing while it is frozen (R6)', async () => {
    await site.approvedTicket(SUPERVISED);
    // Slow enough to be stopped in the middle.
    const run = command(`for i in $(seq 0 7); do dd if=${file} bs=1M skip=$i count=1 status=none; sleep 0.2; done`);
    await begin(run, received(run));
    const { code, stdout } = await run.exit;
    expect([code, sha(stdout)]).toEqual([0, sha(data)]);
  });

  test('input: everything arrives at the target, once (R6)', async () => {
    await site.approvedTicket(SUPERVISED);
    const into = join(folder, 'into');
    const run = command(`cat > ${into}`);
    // Piece by piece, so that there is a middle to stop it in.
    const sending = (async () => {
      for (let at = 0; at < data.length; at += MiB) {
        run.child.stdin.write(data.subarray(at, at + MiB));
        await soon(200);
      }
      run.child.stdin.end();
    })();
    await begin(run, () => (existsSync(into) ? statSync(into).size : 0));
    await sending;
    expect((await run.exit).code).toBe(0);
    expect(sha(readFileSync(into))).toBe(sha(data));
  });

  test('both ways at once through one command (R6)', async () => {
    await site.approvedTicket(SUPERVISED);
    const run = command('while IFS= read -r line; do echo "$line"; done');
    const lines = Array.from({ length: 20_000 }, (_, nth) => `line ${nth} ${'x'.repeat(nth % 97)}\n`).join('');
    run.child.stdin.end(lines);
    await begin(run, received(run));
    const { code, stdout } = await run.exit;
    expect([code, sha(stdout)]).toEqual([0, sha(Buffer.from(lines))]);
  });

  test.each(['put', 'get'] as const)(
    'sftp %s (R6)',
    async (direction) => {
      await site.approvedTicket(SUPERVISED);
      const copy = join(folder, `copy-${direction}`);
      const line = direction === 'put' ? `put ${file} ${copy}` : `get ${file} ${copy}`;
      // 8 Mbit/s: slow enough to be stopped in the middle.
      const args = ['-l', '8000', '-P', String(site.sshPort), 'engineer@127.0.0.1'];
      const run = program('sftp', args, answers(), { LANG: 'zh_CN.UTF-8' });
      run.child.stdin.end(`${line}\n`);
      await begin(run, () => (existsSync(copy) ? statSync(copy).size : 0));
      expect((await run.exit).code).toBe(0);
      expect(sha(readFileSync(copy))).toBe(sha(data));
      await view.said('file', ({ op, path }) => op === 'open' && path === (direction === 'put' ? copy : file));
    },
    60_000,
  );
});

test('a web terminal waits, freezes and goes on like any other (R6)', async () => {
  const { id } = await site.approvedTicket(SUPERVISED);
  const terminal = await openTerminal(site, engineer, id);
  expect((await terminal.said('notice')).text.zh).toContain('须有监督人');
  const session = await liveSession(site);
  const view = await watch(site, head, session);
  await terminal.said('opened');
  terminal.type('echo live-$((1+1))\r');
  await terminal.until((screen) => screen.includes('live-2'));
  await view.until((screen) => screen.includes('live-2'));
  await view.leave();
  await expect.poll(types, LATER).toContain('session.frozen');
  // What was passed on before may still be on its way.
  const size = await still(() => terminal.bytes().length);
  terminal.type('echo kept-$((1+1))\r');
  expect(await still(() => terminal.bytes().length)).toBe(size);
  await watch(site, head, session);
  await terminal.until((screen) => screen.includes('kept-2'));
});

test('revoked while frozen, and over while waiting: gone like any other, with the reason (R1, R10)', async () => {
  const { id } = await site.approvedTicket({ ...SUPERVISED, windowMs: 600_000 });
  const frozen = shell();
  const first = await liveSession(site);
  const view = await watch(site, section, first);
  frozen.child.stdin.write('echo live-$((1+1))\n');
  await frozen.until((text) => text.includes('live-2'));
  await view.leave();
  await frozen.until((text) => text.includes('会话已冻结'));
  const waiting = command('echo in');
  await waiting.until((text) => text.includes('须有监督人'));
  const code = site.code('head');
  expect(await post(head, `/api/v1/tickets/${id}/revoke`, { reason: '立即停止', code })).toBe(200);
  for (const run of [frozen, waiting]) {
    const { code, stdout, stderr } = await run.exit;
    expect(code).toBe(77);
    expect(`${stdout}${stderr}`).toContain('撤销批准');
  }
  await site.approvedTicket({ ...SUPERVISED, windowMs: 600_000 });
  const late = command('echo in');
  await late.until((text) => text.includes('须有监督人'));
  site.clock.push(600_001);
  await site.running.supervisor.look();
  expect((await late.exit).code).toBe(75);
  // One that the test before began may end meanwhile, as its ticket was withdrawn.
  const reasons = async () => {
    const events = await since();
    const begun = events.flatMap((each) => (each.type === 'session.opened' ? [each.details.session] : []));
    return events.flatMap((each) =>
      each.type === 'session.ended' && begun.includes(each.details.session) ? [each.details.reason] : [],
    );
  };
  await expect.poll(reasons, LATER).toEqual(['ticket-revoked', 'ticket-revoked', 'window-ended']);
});

test('a supervisor’s line is read in the terminal and stands in the recording; a supervisor ends the session (R6)', async () => {
  await site.approvedTicket({ kinds: ['shell'] });
  const run = shell();
  const session = await liveSession(site);
  const view = await watch(site, section, session);
  expect(await post(section, `/api/v1/sessions/${session}/say`, { text: '请先备份再动配置' })).toBe(204);
  await run.until((text) => text.includes('闸口：监督人 周样：请先备份再动配置'));
  await view.said('notice', ({ text }) => text.zh.includes('请先备份'));
  expect(await post(section, `/api/v1/sessions/${session}/end`, { reason: '到此为止' })).toBe(204);
  expect((await run.exit).code).toBe(77);
});

test('what is on the screen is in the view within 200 ms (R6)', async () => {
  await site.approvedTicket({ kinds: ['shell'] });
  const run = shell();
  const session = await liveSession(site);
  const view = await watch(site, section, session);
  const behind: number[] = [];
  for (let nth = 0; nth < 20; nth += 1) {
    const mark = `mark-${nth}-${nth * 7}`;
    run.child.stdin.write(`echo mark-${nth}-$((${nth}*7))\n`);
    const there = run.until((text) => text.includes(mark)).then(() => performance.now());
    const seen = view.until((screen) => screen.includes(mark)).then(() => performance.now());
    behind.push((await seen) - (await there));
  }
  behind.sort((a, b) => a - b);
  const [median, longest] = [behind[10] ?? 0, behind.at(-1) ?? 0];
  process.stdout.write(`a live view is behind by ${median.toFixed(0)} ms, ${longest.toFixed(0)} ms at most\n`);
  expect(median).toBeLessThan(200);
  run.child.stdin.end('exit\n');
});

describe('who would abuse it', () => {
  let run: SshRun;
  let session: string;

  beforeEach(async () => {
    await site.approvedTicket({ kinds: ['shell'], terms: { supervised: true } });
    run = shell();
    session = await liveSession(site);
  });

  test('the requester’s own side buys no view and opens none, and the session waits (R6, B1)', async () => {
    const own = await engineer.post(`/api/v1/sessions/${session}/watch`);
    expect(own).toMatchObject({ status: 403, body: { code: 'duty.supervises-own-session' } });
    const token = await watchToken(section, session);
    const stolen = connectWatch(site, engineer, token);
    expect(await stolen.said('ended')).toMatchObject({ reason: 'watch.token' });
    await stolen.closed;
    // Used up all the same.
    expect(await connectWatch(site, section, token).said('ended')).toMatchObject({ reason: 'watch.token' });
    expect((await section.get('/api/v1/supervision')).body).toMatchObject([{ state: 'waiting', watchers: [] }]);
    expect(await types()).not.toContain('watch.begun');
  });

  test('a page from elsewhere, and a cookie alone, open no view (B7)', async () => {
    const token = await watchToken(section, session);
    for (const origin of ['https://evil.example', '']) {
      const socket = connectWatch(site, section, token, origin);
      await socket.closed;
      expect(socket.screen()).toBe('');
    }
    expect(await connectWatch(site, section, 'x'.repeat(43)).said('ended')).toMatchObject({ reason: 'watch.token' });
    expect(await types()).not.toContain('watch.begun');
  });

  test.each([
    ['text', '{"type":"input","data":"aWQK"}'],
    ['bytes', Buffer.from('touch /tmp/typed\r')],
    ['a resize', '{"type":"resize","columns":10,"rows":10}'],
  ])('a watcher who sends %s reaches nobody, is put out, and is on record (R6)', async (_, message) => {
    const view = await watch(site, section, session);
    run.child.stdin.write('echo live-$((1+1))\n');
    await view.until((screen) => screen.includes('live-2'));
    const before = run.stdout().length;
    view.socket.send(message);
    expect(await view.said('ended')).toMatchObject({ reason: 'watch.read-only' });
    await view.closed;
    await run.until((text) => text.includes('监督人已离开'));
    await expect
      .poll(types, LATER)
      .toEqual(expect.arrayContaining(['access.refused', 'watch.ended', 'session.frozen']));
    expect(run.stdout().subarray(before).toString()).not.toContain('typed');
    expect(existsSync('/tmp/typed')).toBe(false);
  });

  test('who signs out, and whose connection goes silent, watches no longer (R6)', async () => {
    const second = await ApiClient.signIn(site, 'section');
    const view = await watch(site, second, session);
    await run.until((text) => text.includes('会话继续'));
    await second.post('/api/v1/logout');
    expect(await view.said('ended')).toMatchObject({ reason: 'session.signed-out' });
    await run.until((text) => text.includes('监督人已离开'));
    const silent = await watch(site, head, session);
    await expect.poll(async () => (await types()).filter((type) => type === 'session.resumed'), LATER).toHaveLength(2);
    // It reads nothing any more, and so answers no beat.
    silent.socket.pause();
    await expect.poll(async () => (await types()).filter((type) => type === 'session.frozen'), LATER).toHaveLength(2);
    expect((await since()).filter(({ type }) => type === 'watch.ended').map(({ details }) => details.why)).toEqual([
      'signed-out',
      'lost',
    ]);
    silent.socket.terminate();
  }, 60_000);

  test('a supervisor who departs watches no longer (R10)', async () => {
    await site.invite({ name: 'passing', displayName: '过客', role: 'section', vendor: null });
    const view = await watch(site, await ApiClient.signIn(site, 'passing'), session);
    await run.until((text) => text.includes('会话继续'));
    const admin = await site.signIn('admin');
    const { people, departures } = site.running.services;
    const leaver = (await people.list(admin)).find(({ person }) => person.name === 'passing')?.person.id ?? '';
    await departures.depart(admin, await site.fresh(admin, 'account.depart'), leaver, '调离');
    await view.closed;
    await run.until((text) => text.includes('监督人已离开'));
  });
});
