// The SSH clients that engineers use, each through the whole product: a command, a terminal, a forwarded connection.

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { type KeyLogin, startWithKey } from '../support/key-login.ts';
import { PLAIN, ssh } from '../support/openssh.ts';
import { type PeerBehind, peerBehind } from '../support/peers-behind.ts';
import { runProgram } from '../support/program.ts';
import { startOnTerminal } from '../support/terminal-program.ts';

const HOST = '127.0.0.1';
const ENGINEER = `engineer@${HOST}`;
let login: KeyLogin;
let echo: PeerBehind;

beforeAll(async () => {
  echo = await peerBehind((socket) => socket.pipe(socket));
  login = await startWithKey({ destinations: [{ host: HOST, port: echo.port }] });
  const key = (name: string) => join(login.folder, name);
  execFileSync('puttygen', [login.keyFile, '-O', 'private', '-o', key('key.ppk')]);
  execFileSync('dropbearconvert', ['openssh', 'dropbear', login.keyFile, key('key.dropbear')], { stdio: 'ignore' });
});
afterAll(async () => {
  await login.stop();
  echo.stop();
});

type Arguments = readonly string[];

interface RealClient {
  readonly program: string;
  readonly exec: (command: string) => Arguments;
  readonly pty: (command: string) => Arguments;
  /** A connection to that place, standard input and output at this end. */
  readonly forward: (place: string) => Arguments;
}

const port = () => String(login.site.sshPort);
const openssh = () => [...PLAIN, '-i', login.keyFile, '-p', port()];
const plink = () => {
  const hostKeys = login.fingerprints.flatMap((fingerprint) => ['-hostkey', fingerprint]);
  return ['-batch', '-i', join(login.folder, 'key.ppk'), ...hostKeys, '-P', port()];
};
const dbclient = () => ['-y', '-y', '-i', join(login.folder, 'key.dropbear'), '-p', port()];

function pythonClient(file: string): RealClient {
  const script = join(import.meta.dirname, file);
  const args = (what: string) => (rest: string) => [script, login.keyFile, port(), what, rest];
  return { program: '/usr/bin/python3', exec: args('exec'), pty: args('pty'), forward: args('forward') };
}

const CLIENTS: Readonly<Record<string, RealClient>> = {
  'OpenSSH ssh': {
    program: '/usr/bin/ssh',
    exec: (command) => [...openssh(), ENGINEER, command],
    pty: (command) => [...openssh(), '-tt', ENGINEER, command],
    forward: (place) => [...openssh(), '-W', place, ENGINEER],
  },
  'PuTTY plink': {
    program: '/usr/bin/plink',
    exec: (command) => [...plink(), ENGINEER, command],
    pty: (command) => [...plink(), '-t', ENGINEER, command],
    forward: (place) => [...plink(), '-nc', place, ENGINEER],
  },
  'Dropbear dbclient': {
    program: '/usr/bin/dbclient',
    exec: (command) => [...dbclient(), ENGINEER, command],
    pty: (command) => [...dbclient(), '-t', ENGINEER, command],
    forward: (place) => [...dbclient(), '-B', place, ENGINEER],
  },
  paramiko: pythonClient('paramiko-client.py'),
  asyncssh: pythonClient('asyncssh-client.py'),
};

async function newest() {
  const [session] = await login.site.running.services.sessionLog.list(login.auditor, {});
  return session;
}

const run = (client: RealClient, args: Arguments, input: string | Buffer = '') =>
  runProgram(client.program, args, { input, env: { HOME: login.folder } });

describe.each(Object.entries(CLIENTS))('%s', (_name, client) => {
  test('a command: its input, both outputs and its status, byte for byte (R17, R37)', async () => {
    const input = randomBytes(600_000);
    const { code, stdout, said } = await run(client, client.exec('cat; echo wrong >&2; exit 9'), input);
    expect(code, said.slice(-500)).toBe(9);
    expect(stdout.equals(input)).toBe(true);
    expect(said).toContain('wrong');
    await expect.poll(newest).toMatchObject({ kind: 'exec', endReason: 'finished', exitStatus: 9 });
  });

  test('a command on a terminal (R37)', async () => {
    const args = client.pty('stty size; printf "闸口 %s\\n" "$TERM"; exit 3');
    const { code, drawn } = await startOnTerminal(client.program, args, { env: { HOME: login.folder } }).ended;
    expect(code, drawn.toString()).toBe(3);
    // Clients of a library leave the terminal here as it was: it adds a carriage return of its own.
    expect(drawn.toString()).toMatch(/40 100\r+\n闸口 xterm(-256color)?\r+\n/);
  });

  test('a forwarded connection: there and back, and its end (R2, R37)', async () => {
    const input = randomBytes(300_000);
    const { code, stdout, said } = await run(client, client.forward(`${HOST}:${echo.port}`), input);
    expect(code, said.slice(-500)).toBe(0);
    expect(stdout.equals(input)).toBe(true);
    await expect.poll(newest).toMatchObject({ kind: 'forward', endReason: 'finished' });
  });
});

test('OpenSSH ssh with ControlMaster: one login, many commands and a forwarded connection at once (R2, R37)', async () => {
  const control = [...openssh(), '-o', `ControlPath=${join(login.folder, 'control')}`];
  const shared = (args: Arguments, input: Buffer) => runProgram('/usr/bin/ssh', [...control, ...args], { input });
  const master = ssh(['-v', '-M', '-N', ...control, ENGINEER]);
  await master.until((text) => text.includes('Entering interactive session'));
  const from = await evidenceSize(login.site);
  const inputs = Array.from({ length: 8 }, () => randomBytes(200_000));
  const ran = await Promise.all([
    ...inputs.map((input, nth) => shared([ENGINEER, `cat; exit ${nth}`], input)),
    shared(['-W', `${HOST}:${echo.port}`, ENGINEER], inputs[0] ?? Buffer.alloc(0)),
  ]);
  expect(ran.map(({ code }) => code)).toEqual([...inputs.keys(), 0]);
  expect(ran.map(({ stdout }, nth) => stdout.equals(inputs[nth] ?? inputs[0] ?? Buffer.alloc(0)))).not.toContain(false);
  const types = async () => (await evidence(login.site, from)).map(({ type }) => type);
  await expect.poll(async () => (await types()).filter((type) => type === 'session.ended')).toHaveLength(9);
  expect(await types()).not.toContain('login.succeeded');
  master.child.kill();
  await master.exit;
});
