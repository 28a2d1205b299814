// Every reason to cut × every kind of live session (B18, R10): one person has one of each kind at work, and something
// happens. Both sides are closed, the client is told why where there is room, the record says so, and what was being
// moved is on record as incomplete.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { END_TEXTS } from '../../bastion/gateway/session/end-text.ts';
import type { ChannelKind } from '../../store/core/channel-terms.ts';
import type { EndReason } from '../../store/core/end-reason.ts';
import { ApiClient } from '../support/api-client.ts';
import { CAUSES, type Cause } from '../support/causes.ts';
import { watchConnections } from '../support/connection-watch.ts';
import { connectionsTo } from '../support/connections.ts';
import { everything } from '../support/denials.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { LIVE_KINDS, type Live } from '../support/live-kinds.ts';
import { ssh } from '../support/openssh.ts';
import { type PeerBehind, peerBehind } from '../support/peers-behind.ts';
import { type MisbehavingClient, misbehave } from '../support/ssh2-client.ts';
import { startSshd } from '../support/sshd.ts';
import { openTerminal } from '../support/web-terminal.ts';

/** Beyond any machine's mood. */
const AT_MOST_MS = 5000;
const folder = mkdtempSync(join(tmpdir(), 'sluice-revocation-'));
let echo: PeerBehind;

beforeAll(async () => {
  echo = await peerBehind((socket) => socket.pipe(socket));
});
afterAll(() => {
  echo.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface AtWork {
  readonly who: string;
  readonly ticket: string;
  readonly client: MisbehavingClient;
  readonly lives: readonly Live[];
  readonly from: number;
}

async function signedIn(site: TestInstallation, who: string): Promise<MisbehavingClient> {
  const code = site.code(who);
  const client = misbehave(site.sshPort, [
    { type: 'password', username: who, password: PASSWORD },
    { type: 'keyboard-interactive', username: who, prompt: (_n, _i, _l, _p, finish) => finish([code]) },
  ]);
  await client.ready;
  return client;
}

async function ticketFor(site: TestInstallation, who: string): Promise<string> {
  await site.invite({ name: who, displayName: `操作员 ${who}`, role: 'operator', vendor: '示例软件公司' });
  const ticket = await site.approvedTicket(everything({ site, who, destination: echo.port, unnamed: 0 }));
  return ticket.id;
}

/** One session of each kind, at work. */
async function atWork(site: TestInstallation, who: string): Promise<AtWork> {
  const ticket = await ticketFor(site, who);
  const from = await evidenceSize(site);
  const browser = await ApiClient.signIn(site, who);
  const client = await signedIn(site, who);
  const lives: Live[] = [];
  for (const [index, { begin }] of LIVE_KINDS.entries()) {
    const terminal = () => openTerminal(site, browser, ticket, who);
    lives.push(
      await begin({ client: client.client, terminal, echo: echo.port, file: join(folder, `${who}-${index}`) }),
    );
  }
  expect(connectionsTo(site.sshd.port)).toBe(LIVE_KINDS.length);
  return { who, ticket, client, lives, from };
}

async function allClosed(site: TestInstallation, { lives }: AtWork): Promise<void> {
  await expect.poll(() => connectionsTo(site.sshd.port), { timeout: AT_MOST_MS, interval: 5 }).toBe(0);
  await Promise.all(lives.map(({ closed }) => closed));
}

/** What each client was told, beside what it should have been. */
function toldOf({ lives }: AtWork, reason: EndReason) {
  const said = (live: Live, text: string) => live.heard().said.includes(text);
  const told = LIVE_KINDS.map(({ name, wordless }, index) => {
    const live = lives[index];
    if (live === undefined || wordless === true) return [name, 'wordless'];
    const text = END_TEXTS[reason].text?.zh ?? 'nothing';
    return [name, said(live, text), live.heard().status];
  });
  const should = LIVE_KINDS.map(({ name, wordless }) => {
    if (wordless === true) return [name, 'wordless'];
    return [name, true, name === 'a web terminal' ? undefined : END_TEXTS[reason].status];
  });
  return { told, should };
}

/** The ends of this person's sessions, once all are on record; and what is said about files. */
async function onRecord(site: TestInstallation, { from, who }: AtWork) {
  const all = () => evidence(site, from);
  const opened = (await all()).filter(({ type, actor }) => type === 'session.opened' && actor.name === who);
  const ids = new Set(opened.map(({ details }) => details.session));
  const own = async (wanted: string) =>
    (await all()).filter(({ type, details }) => type === wanted && ids.has(details.session));
  await expect.poll(async () => (await own('session.ended')).length, { timeout: AT_MOST_MS }).toBe(ids.size);
  return {
    kinds: opened.map(({ details }) => details.kind),
    reasons: (await own('session.ended')).map(({ details }) => details.reason),
    files: (await own('file.closed')).map(({ details: { complete, sha256, size } }) => ({ complete, sha256, size })),
  };
}

const INCOMPLETE = LIVE_KINDS.filter(({ moves }) => moves).map(() => ({ complete: false, sha256: null, size: null }));

describe('with the controller there', () => {
  let site: TestInstallation;

  beforeAll(async () => {
    site = await startInstallation();
  });
  afterAll(() => site.stop());

  test.each(CAUSES)('$name ends every kind of session (B18, R10)', async (cause: Cause) => {
    const work = await atWork(site, `op${CAUSES.indexOf(cause)}`);
    const by = await site.signIn(cause.by === 'requester' ? work.who : cause.by);
    await cause.act({ site, who: work.who, ticket: work.ticket }, by);
    await allClosed(site, work);
    await cause.undo?.(site);
    const { told, should } = toldOf(work, cause.reason);
    expect(told).toEqual(should);
    const { kinds, reasons, files } = await onRecord(site, work);
    expect(kinds).toEqual(LIVE_KINDS.map(({ kind }) => kind));
    expect(reasons).toEqual(LIVE_KINDS.map(() => cause.reason));
    expect(files).toEqual(INCOMPLETE);
    work.client.client.end();
  });
});

describe('with one side gone', () => {
  /** The ends of everything, when the next gateway is there and what the last one left has been looked at. */
  async function recovered(site: TestInstallation, work: AtWork, more: readonly ChannelKind[] = []): Promise<void> {
    const expected = [...LIVE_KINDS.map(({ kind }) => kind), ...more];
    const { kinds, reasons } = await onRecord(site, work);
    expect(kinds).toEqual(expected);
    expect(reasons).toEqual(expected.map(() => 'gateway-lost'));
    const lost = (await evidence(site, work.from)).filter(({ type }) => type === 'lease.lost');
    expect(lost.map(({ details }) => details)).toEqual([{ sessions: expected.length }]);
  }

  test('a controller that freezes loses every kind of session after the lease (B18, R1)', async () => {
    const site = await startInstallation({ 'gateway.leaseSeconds': 5 });
    const work = await atWork(site, 'frozen');
    const person = ssh(['-tt', '-p', String(site.sshPort), 'frozen@127.0.0.1'], {
      password: PASSWORD,
      code: site.code('frozen'),
    });
    person.child.stdin.write('echo live-$((1+1))\n');
    await person.until((text) => text.includes('live-2'));
    // The controller is in this very process, as most of the clients are: nothing of it moves for longer than the lease
    // and the second that closing may take.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5000 + 4000);
    expect(connectionsTo(site.sshd.port)).toBe(0);
    await allClosed(site, work);
    const { code, stdout } = await person.exit;
    expect(stdout.toString()).toContain(END_TEXTS['controller-lost'].text?.en);
    expect(code).toBe(END_TEXTS['controller-lost'].status);
    await recovered(site, work, ['shell']);
    await site.stop();
  });

  test('a gateway that is killed takes every kind of session with it, and the record says so (B18)', async () => {
    const site = await startInstallation();
    const work = await atWork(site, 'killed');
    const [listening = 0] = site.running.supervisor.pids;
    process.kill(listening, 'SIGKILL');
    await allClosed(site, work);
    await recovered(site, work);
    await site.stop();
  });
});

describe('a hundred at once', () => {
  test('a departure cuts a hundred live sessions of every kind, and its receipt says how fast (R10, B18)', async () => {
    const sshd = await startSshd({ extra: 'MaxStartups 200\n' });
    const site = await startInstallation({}, sshd);
    const who = 'leaver';
    const ticket = await ticketFor(site, who);
    const admin = await site.signIn('admin');
    const browser = await ApiClient.signIn(site, who);
    const closings: Promise<number>[] = [];
    let acted = 0;
    const clients: MisbehavingClient[] = [];
    for (let connection = 0; connection < 10; connection += 1) clients.push(await signedIn(site, who));
    for (const [index, kind] of hundred()) {
      const { client } = clients[index % clients.length] ?? {};
      if (client === undefined) throw new Error('expected ten connections');
      const terminal = () => openTerminal(site, browser, ticket, who);
      const { closed } = await kind.begin({
        client,
        terminal,
        echo: echo.port,
        file: join(folder, `hundred-${index}`),
      });
      closings.push(closed.then(() => performance.now() - acted));
    }
    expect(connectionsTo(sshd.port)).toBe(100);

    const people = await site.running.services.people.list(admin);
    const leaver = people.find(({ person }) => person.name === who)?.person.id ?? '';
    const fresh = await site.fresh(admin, 'account.depart');
    const watch = await watchConnections(sshd.port);
    acted = performance.now();
    const receipt = await site.running.services.departures.depart(admin, fresh, leaver, '合同终止');
    expect(connectionsTo(sshd.port)).toBe(0);
    const atClients = await Promise.all(closings);
    const atTarget = (await watch.gone).map((time) => time - performance.timeOrigin - acted);
    const measured = receipt.sessions.map(({ closedAfterMs }) => closedAfterMs ?? Number.POSITIVE_INFINITY);
    process.stdout.write(`100 live sessions, act → the target’s connections are gone: ${shown(atTarget)}\n`);
    process.stdout.write(`100 live sessions, the same as its receipt says: ${shown(measured)}\n`);
    process.stdout.write(`100 live sessions, act → the clients’ programs have noticed: ${shown(atClients)}\n`);
    expect([atTarget.length, measured.length]).toEqual([100, 100]);
    expect(Math.max(...measured)).toBeLessThan(AT_MOST_MS);
    await site.stop();
    await sshd.stop();
    // A hundred logins at the target take their time on a busy machine.
  }, 240_000);
});

/** Kinds in turn; the busy ones once each, as ten people and not ten floods would have it. */
function hundred() {
  const [busy, quiet] = [true, false].map((is) => LIVE_KINDS.filter(({ floods }) => (floods === true) === is));
  const rest = Array.from({ length: 100 - (busy?.length ?? 0) }, (_, index) => quiet?.[index % quiet.length]);
  return [...rest, ...(busy ?? [])].flatMap((kind, index) => (kind === undefined ? [] : [[index, kind] as const]));
}

function shown(milliseconds: readonly number[]): string {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1]?.toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`;
}
