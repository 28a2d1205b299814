// Every way in × every reason for a no (B1). The cells are made from two lists; a cell that is not refused, or leaves no
// event or two, fails. Nothing of all this may reach the target.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyAuthMethod } from 'ssh2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHANNEL_KINDS } from '../../store/core/channel-terms.ts';
import { ApiClient } from '../support/api-client.ts';
import { DENIALS, type Denial, everything } from '../support/denials.ts';
import { evidenceSize, type LoggedRefusal, refusalsSince } from '../support/evidence.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { inFrontOf, type PeerBehind, peerBehind } from '../support/peers-behind.ts';
import { REAL_CLIENTS, use } from '../support/real-clients.ts';
import { type MisbehavingClient, misbehave } from '../support/ssh2-client.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { type Answer, type Means, WAYS_IN, type WayIn } from '../support/ways-in.ts';
import { connect } from '../support/web-terminal.ts';

let sshd: Sshd;
/** In front of the target: it counts who gets there. */
let target: PeerBehind;
let behind: PeerBehind;
let unnamed: PeerBehind;
let site: TestInstallation;
const folder = mkdtempSync(join(tmpdir(), 'sluice-gate-'));

beforeAll(async () => {
  sshd = await startSshd();
  target = await inFrontOf(sshd);
  behind = await peerBehind((socket) => socket.end('through'));
  unnamed = await peerBehind((socket) => socket.end('through'));
  // Somebody who waits for a supervisor waits in vain.
  site = await startInstallation({ 'gateway.superviseSeconds': 1 }, { ...sshd, port: target.port });
  // Somebody else's window keeps the port open, for the same source.
  await operator('keeper');
  await site.approvedTicket({ ...everything(stageOf('keeper')), windowMs: 6 * 86_400_000 });
});
afterAll(async () => {
  await site.stop();
  for (const peer of [target, behind, unnamed]) peer.stop();
  await sshd.stop();
  rmSync(folder, { recursive: true, force: true });
});

const stageOf = (who: string) => ({ site, who, destination: behind.port, unnamed: unnamed.port });
const operator = (name: string) =>
  site.invite({ name, displayName: `操作员 ${name}`, role: 'operator', vendor: '示例软件公司' });

async function signedIn(who: string): Promise<MisbehavingClient> {
  const code = site.code(who);
  const methods: AnyAuthMethod[] = [
    { type: 'password', username: who, password: PASSWORD },
    { type: 'keyboard-interactive', username: who, prompt: (_n, _i, _l, _p, finish) => finish([code]) },
  ];
  const client = misbehave(site.sshPort, methods);
  await client.ready;
  return client;
}

/** Opens a web terminal on that ticket, as the page does. */
async function terminalOf(browser: ApiClient, who: string, ticketId: string): Promise<Answer> {
  const targetAccountId = await theTargetAccount();
  const wanted = { ticketId, targetAccountId, columns: 80, rows: 24, code: site.code(who) };
  const bought = await browser.post('/api/v1/terminals', wanted);
  if (bought.status !== 200) return { refused: true, said: JSON.stringify(bought.body) };
  const terminal = connect(site, browser, (bought.body as { readonly token: string }).token);
  const ended = await terminal.said('ended');
  await terminal.closed;
  return { refused: ended.reason !== 'finished', said: `${ended.text?.zh} ${ended.text?.en}` };
}

async function theTargetAccount(): Promise<string> {
  const [row] = await site.running.database.transaction((tx) => tx.selectFrom('target_account').select('id').execute());
  return row?.id ?? '';
}

test('every kind of channel that a ticket can name has a way in here (B1)', () => {
  expect([...new Set(WAYS_IN.map(({ kind }) => kind))].filter((kind) => kind !== undefined).sort()).toEqual(
    [...CHANNEL_KINDS].sort(),
  );
});

describe.each(DENIALS)('$name', (denial) => {
  const cells = WAYS_IN.filter(denial.denies ?? (() => true)).map((way, index) => ({
    ...way,
    language: index % 2 === 0 ? ('zh' as const) : ('en' as const),
  }));
  const who = denial.who ?? `op${DENIALS.indexOf(denial)}`;
  let means: Omit<Means, 'language'>;
  let client: MisbehavingClient;
  let undo: () => unknown = () => undefined;
  let from: number;
  let reached: number;

  beforeAll(async () => {
    const stage = stageOf(who);
    if (denial.who === undefined) await operator(who);
    const arranged = await denial.arrange(stage);
    const browser = await ApiClient.signIn(site, who);
    client = await signedIn(who);
    await arranged.whenSignedIn?.();
    if (arranged.undo !== undefined) undo = arranged.undo;
    const keepers = await site.running.services.tickets.list(await site.signIn('keeper'));
    const ticket = arranged.ticket ?? keepers[0]?.id ?? '';
    means = {
      client: client.client,
      terminal: () => terminalOf(browser, who, ticket),
      destination: (denial.destination ?? (() => behind.port))(stage),
      file: join(folder, who),
    };
    await site.running.supervisor.look();
    from = await evidenceSize(site);
    reached = target.connections();
  });
  afterAll(async () => {
    client?.client.end();
    await undo();
  });

  test.each(cells)('refuses $name (B1)', async (way) => {
    const leaf = await evidenceSize(site);
    const answer = await way.attempt({ ...means, language: way.language });
    expect(answer.refused, JSON.stringify(answer)).toBe(true);
    const { says, status } = expectedWords(denial, way);
    if (way.wordless !== true && says !== undefined) expect(answer.said).toContain(says[way.language]);
    if (answer.status !== undefined) expect(answer.status).toBe(status);
    // A client that does not close its side is waited for, and the event comes after that.
    await expect.poll(() => refusalsSince(site, leaf), { timeout: 20_000 }).toEqual([expectedEvent(denial, way)]);
    expect(existsSync(means.file)).toBe(false);
  });

  test('has left one event for each, and has let nothing through to the target (B1)', async () => {
    // What files are refused within is a session like any other.
    const sessions = cells.filter((way) => isWithin(denial, way)).length;
    const events = await refusalsSince(site, from);
    expect(events).toHaveLength(cells.length);
    expect(target.connections() - reached).toBe(sessions);
    expect([behind.connections(), unnamed.connections()]).toEqual([0, 0]);
  });

  const real = REAL_CLIENTS.filter(({ way }) => cells.some(({ name }) => name === way));
  const own = real[DENIALS.indexOf(denial) % real.length];

  test.each(own === undefined ? [] : [own])('refuses the real $name (B1)', async (program) => {
    const leaf = await evidenceSize(site);
    const before = target.connections();
    const way = cells.find(({ name }) => name === program.way);
    const answers = { password: PASSWORD, code: site.code(who) };
    const { code, said } = await use(program, { ...means, who, port: site.sshPort, answers });
    expect(code, said).not.toBe(0);
    const within = way !== undefined && isWithin(denial, way);
    // Within a session its programs have words of their own; who has departed does not get as far as a session.
    const words = denial.code === 'account.not-active' ? 'Permission denied' : denial.says.en;
    if (!within) expect(said).toContain(words);
    const event = denial.code === 'account.not-active' ? 'login.failed' : 'access.refused';
    await expect.poll(() => typesSince(leaf, within), { timeout: 20_000 }).toEqual([within ? 'file.refused' : event]);
    expect(target.connections() - before).toBe(within ? 1 : 0);
    expect(existsSync(means.file)).toBe(false);
  });
});

test('every real program has its cell (B1)', () => {
  const ways = new Set(WAYS_IN.map(({ name }) => name));
  expect(REAL_CLIENTS.filter(({ way }) => !ways.has(way))).toEqual([]);
  expect(DENIALS.length).toBeGreaterThanOrEqual(REAL_CLIENTS.length);
});

/** Of the refusals; within a session a program asks for more than one thing. */
async function typesSince(leaf: number, within: boolean): Promise<readonly string[]> {
  const types = (await refusalsSince(site, leaf)).map(({ type }) => type);
  return within ? [...new Set(types)] : types;
}

/** The ticket agrees to the session, and not to what is done in it. */
const isWithin = ({ code }: Denial, { within }: WayIn): boolean =>
  within === true && code.startsWith('channel.transfer-');

/** Whatever stands in the way: this is refused for what it is. */
const isNever = ({ code, judgedLast }: Denial, { never, kind }: WayIn): boolean =>
  never !== undefined && (kind === undefined || judgedLast === true || code === never.code);

function expectedWords(denial: Denial, way: WayIn) {
  if (isNever(denial, way)) return { says: way.never?.says, status: 77 };
  // The words of a refused opening are English: clients escape what is not ASCII.
  const { zh, en } = denial.says;
  return { says: { zh: way.kind === 'forward' ? en : zh, en }, status: denial.status ?? 77 };
}

function expectedEvent(denial: Denial, way: WayIn): LoggedRefusal {
  if (isWithin(denial, way)) return { type: 'file.refused', code: 3, kind: undefined };
  const code = isNever(denial, way) ? way.never?.code : denial.code;
  return { type: 'access.refused', code, kind: way.never?.recorded ?? way.kind };
}
