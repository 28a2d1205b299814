// Every way in × every login that is not finished (B1, B2): somebody who has one factor and not the other asks for a
// channel all the same. Nothing opens, nothing reaches the target, and the login leaves exactly one event.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyAuthMethod } from 'ssh2';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newSshKeyPair } from '../../bastion/cli/ssh-key-pair.ts';
import { ApiClient } from '../support/api-client.ts';
import { everything } from '../support/denials.ts';
import { evidenceSize, type LoggedRefusal, refusalsSince } from '../support/evidence.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { inFrontOf, type PeerBehind, peerBehind } from '../support/peers-behind.ts';
import { halfSignedIn } from '../support/ssh2-client.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { type Answer, WAYS_IN } from '../support/ways-in.ts';
import { connect } from '../support/web-terminal.ts';

const WHO = 'engineer';
const WRONG = '000000';
const folder = mkdtempSync(join(tmpdir(), 'sluice-half-in-'));
const pair = newSshKeyPair();
let sshd: Sshd;
let target: PeerBehind;
let behind: PeerBehind;
let site: TestInstallation;
let browser: ApiClient;
let wanted: { readonly ticketId: string; readonly targetAccountId: string };
let used: string;

beforeAll(async () => {
  sshd = await startSshd();
  target = await inFrontOf(sshd);
  behind = await peerBehind((socket) => socket.end('through'));
  site = await startInstallation({}, { ...sshd, port: target.port });
  const stage = { site, who: WHO, destination: behind.port, unnamed: 0 };
  const { id } = await site.approvedTicket(everything(stage));
  const engineer = await site.signIn(WHO);
  await site.running.services.publicKeys.add(engineer, await site.fresh(engineer, 'key.add'), pair.public);
  const ticket = await site.running.services.tickets.get(engineer, id);
  wanted = { ticketId: id, targetAccountId: ticket.channels[0]?.targetAccountId ?? '' };
  browser = await ApiClient.signIn(site, WHO);
  used = site.code(WHO);
  await browser.post('/api/v1/login', { name: WHO, password: PASSWORD, code: used });
});
afterAll(async () => {
  await site.stop();
  for (const peer of [target, behind]) peer.stop();
  await sshd.stop();
  rmSync(folder, { recursive: true, force: true });
});
// Otherwise a few cells on, whoever is wrong is kept waiting instead.
beforeEach(() => site.running.database.transaction((tx) => tx.deleteFrom('login_throttle').execute()));

const key: AnyAuthMethod = { type: 'publickey', username: WHO, key: pair.private };
const password: AnyAuthMethod = { type: 'password', username: WHO, password: PASSWORD };
const code = (answer: () => string): AnyAuthMethod => ({
  type: 'keyboard-interactive',
  username: WHO,
  prompt: (_name, _instructions, _language, _prompts, finish) => finish([answer()]),
});

interface HalfIn {
  readonly name: string;
  readonly proves: readonly AnyAuthMethod[];
  readonly leaves: LoggedRefusal;
  /** The same on the page: a cookie is the first factor, and the code is asked for once more. */
  readonly onThePage: { readonly open: () => Promise<Answer>; readonly leaves: LoggedRefusal };
}

const bare = async (answer: Promise<{ readonly status: number; readonly body: unknown }>): Promise<Answer> => {
  const { status, body } = await answer;
  return { refused: status !== 200, said: JSON.stringify(body) };
};
const withCode = (given: () => string) => () =>
  bare(browser.post('/api/v1/terminals', { ...wanted, columns: 80, rows: 24, code: given() }));
const stepUp: LoggedRefusal = { type: 'step-up.failed', code: undefined, kind: undefined };
const withToken = async (): Promise<Answer> => {
  const terminal = connect(site, browser, 'A'.repeat(43));
  const { reason } = await terminal.said('ended');
  await terminal.closed;
  return { refused: reason === 'terminal.token', said: reason };
};
const noToken: LoggedRefusal = { type: 'access.refused', code: 'terminal.token', kind: 'shell' };
const failed = (refusal: string): LoggedRefusal => ({ type: 'login.failed', code: refusal, kind: undefined });

const HALF_IN: readonly HalfIn[] = [
  {
    name: 'a key and no code',
    proves: [key],
    leaves: failed('login.second-factor-missing'),
    onThePage: { open: withToken, leaves: noToken },
  },
  {
    name: 'a password and no code',
    proves: [password],
    leaves: failed('login.second-factor-missing'),
    onThePage: {
      open: () => bare(browser.post('/api/v1/login', { name: WHO, password: PASSWORD, code: WRONG })),
      leaves: failed('login.refused'),
    },
  },
  {
    name: 'a key and a wrong code',
    proves: [key, code(() => WRONG)],
    leaves: failed('login.refused'),
    onThePage: { open: withCode(() => WRONG), leaves: stepUp },
  },
  {
    name: 'a key and a code that was used on the page',
    proves: [key, code(() => used)],
    leaves: failed('login.refused'),
    onThePage: { open: withCode(() => used), leaves: stepUp },
  },
  {
    name: 'a wrong password and no code',
    proves: [{ type: 'password', username: WHO, password: 'not the password' }],
    leaves: failed('login.refused'),
    onThePage: {
      open: () => bare(browser.post('/api/v1/login', { name: WHO, password: 'not the password', code: used })),
      leaves: failed('login.refused'),
    },
  },
];

describe.each(HALF_IN)('$name', ({ proves, leaves, onThePage }) => {
  test.each(WAYS_IN)('opens nothing: $name (B1, B2, R15)', async (way) => {
    const leaf = await evidenceSize(site);
    const page = way.name === 'a web terminal';
    const client = page ? undefined : await halfSignedIn(site.sshPort, proves);
    const answer =
      client === undefined
        ? await onThePage.open()
        : await way.attempt({
            client,
            terminal: onThePage.open,
            language: 'zh',
            destination: behind.port,
            file: join(folder, 'file'),
          });
    expect(answer.refused, JSON.stringify(answer)).toBe(true);
    client?.end();
    await expect.poll(() => refusalsSince(site, leaf), { timeout: 20_000 }).toEqual([page ? onThePage.leaves : leaves]);
    expect([target.connections(), behind.connections()]).toEqual([0, 0]);
  });
});
