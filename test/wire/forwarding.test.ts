// Forwarded connections through the whole product, with OpenSSH's client: `-W`, `-L`, `-D`.

import { createHash, randomBytes } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadKeys } from '../../bastion/cli/data-folder.ts';
import { readRecording } from '../../recordings/read/read-recording.ts';
import { unwrapTrackKey } from '../../recordings/storage/recording-keys.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { freePort } from '../support/free-port.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { type SshRun, ssh } from '../support/openssh.ts';
import { type PeerBehind, peerBehind } from '../support/peers-behind.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const HOST = '127.0.0.1';
let site: TestInstallation;
let echo: PeerBehind;
/** Takes everything, and answers with its hash once the other side has ended. */
let hash: PeerBehind;
/** Says its piece and ends, and takes what comes after. */
let hasty: PeerBehind;
let heard = '';
let unnamed: PeerBehind;
let nobody: number;
let ticket: { readonly id: string; readonly number: string };
let auditor: ReturnType<TestInstallation['signIn']>;
/** For what comes soon, on a machine that may be busy. */
const PATIENT = { timeout: 20_000 };

beforeAll(async () => {
  site = await startInstallation();
  auditor = site.signIn('auditor');
  echo = await peerBehind((socket) => socket.pipe(socket));
  hash = await peerBehind((socket) => {
    const sum = createHash('sha256');
    socket.on('data', (bytes) => sum.update(bytes)).on('end', () => socket.end(sum.digest('hex')));
  });
  hasty = await peerBehind((socket) => {
    socket.end('first ');
    socket.on('data', (bytes) => {
      heard += bytes.toString();
    });
  });
  unnamed = await peerBehind((socket) => socket.end('you should not be here'));
  nobody = await freePort();
  const ports = [echo.port, hash.port, hasty.port, nobody];
  ticket = await site.approvedTicket({
    kinds: ['exec'],
    destinations: ports.map((port) => ({ host: HOST, port })),
  });
});
afterAll(async () => {
  for (const peer of [echo, hash, hasty, unnamed]) peer.stop();
  await site.stop();
});

const through = (...args: string[]): SshRun =>
  ssh([...args, '-v', '-p', String(site.sshPort), `engineer@${HOST}`], {
    password: PASSWORD,
    code: site.code('engineer'),
  });

/** `ssh -N -L`, once it listens. */
async function tunnel(port: number): Promise<{ readonly run: SshRun; dial(): Promise<Socket> }> {
  const local = await freePort();
  const run = through('-N', '-L', `${HOST}:${local}:${HOST}:${port}`);
  await run.until((text) => text.includes('Entering interactive session'));
  return {
    run,
    dial: () =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: HOST, port: local, allowHalfOpen: true }, () => resolve(socket));
        socket.on('error', reject);
      }),
  };
}

const textOf = async (socket: Socket): Promise<string> => {
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
};

const sessions = async () => site.running.services.sessionLog.list(await auditor, {});

/** The newest forwarded session there, once it has ended. */
async function ended(port: number) {
  return vi.waitFor(async () => {
    const session = (await sessions()).find(({ destination }) => destination === `${HOST}:${port}`);
    if (session === undefined || session.endedAt === null) throw new Error('expected a session that has ended');
    return session;
  }, PATIENT);
}

async function recorded(session: string) {
  const key = loadKeys(site.folder).records;
  const bytes: Record<string, Buffer[]> = { output: [], input: [], 'error-output': [] };
  for await (const event of readRecording(`${site.folder.recordings}/${session}`, (header) =>
    unwrapTrackKey(key, header),
  )) {
    if ('bytes' in event) bytes[event.kind]?.push(event.bytes);
  }
  return { input: Buffer.concat(bytes.input ?? []), output: Buffer.concat(bytes.output ?? []) };
}

const refusals = async (from: number) =>
  (await evidence(site, from)).filter(({ type }) => type === 'access.refused').map(({ details }) => details);

test('bytes pass both ways, are recorded both ways, and the record says where to (R2, R17)', async () => {
  const from = await evidenceSize(site);
  const bytes = randomBytes(3_000_000);
  const run = through('-W', `${HOST}:${echo.port}`);
  run.child.stdin.end(bytes);
  const { code, stdout } = await run.exit;
  expect(code).toBe(0);
  expect(stdout.equals(bytes)).toBe(true);
  const session = await ended(echo.port);
  expect(session).toMatchObject({ kind: 'forward', command: null, endReason: 'finished', exitStatus: null });
  const { input, output } = await recorded(session.id);
  expect(input.equals(bytes)).toBe(true);
  expect(output.equals(bytes)).toBe(true);
  const opened = (await evidence(site, from)).find(({ type }) => type === 'session.opened');
  expect(opened?.details).toMatchObject({ kind: 'forward', destination: { host: HOST, port: echo.port } });
});

test('the client may end first and still be answered (R37)', async () => {
  const bytes = randomBytes(1_000_000);
  const run = through('-W', `${HOST}:${hash.port}`);
  run.child.stdin.end(bytes);
  expect((await run.exit).stdout.toString()).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect((await ended(hash.port)).endReason).toBe('finished');
});

test('the other end may end first and still be told (R37)', async () => {
  const { run, dial } = await tunnel(hasty.port);
  const socket = await dial();
  expect(await textOf(socket)).toBe('first ');
  socket.write('second ');
  await vi.waitFor(() => expect(heard).toBe('second '), PATIENT);
  socket.end('third');
  await vi.waitFor(() => expect(heard).toBe('second third'), PATIENT);
  expect((await ended(hasty.port)).endReason).toBe('finished');
  run.child.kill();
});

test('many connections at once share one tunnel, each a session of its own (R2)', async () => {
  const before = (await sessions()).length;
  const { run, dial } = await tunnel(echo.port);
  const answers = await Promise.all(
    Array.from({ length: 8 }, async (_, index) => {
      const socket = await dial();
      socket.end(`number ${index}`);
      return textOf(socket);
    }),
  );
  expect(answers).toEqual(Array.from({ length: 8 }, (_, index) => `number ${index}`));
  expect((await sessions()).length).toBe(before + 8);
  run.child.kill();
});

test.each([
  ['another port', () => `${HOST}:${unnamed.port}`],
  ['another word for the same host', () => `localhost:${echo.port}`],
  ['the other family', () => `[::1]:${echo.port}`],
])('%s is refused in words, on record, and not connected to (R2, R40)', async (_, place) => {
  const from = await evidenceSize(site);
  const { code, stdout, stderr } = await through('-W', place()).exit;
  expect(code).not.toBe(0);
  expect(stdout.length).toBe(0);
  expect(stderr.toString()).toContain(`Sluice: ticket ${ticket.number} does not name the destination ${place()}`);
  expect(await refusals(from)).toMatchObject([
    { code: 'channel.destination-not-agreed', request: { kind: 'forward' } },
  ]);
  expect(unnamed.connections()).toBe(0);
});

test('a destination that does not answer is refused in words, and the session says so', async () => {
  const { code, stderr } = await through('-W', `${HOST}:${nobody}`).exit;
  expect(code).not.toBe(0);
  expect(stderr.toString()).toContain('Sluice: the target could not connect to the destination.');
  expect(await ended(nobody)).toMatchObject({ endReason: 'destination-refused' });
});

test('a dynamic tunnel reaches what is named; what is not leaves one record each, up to a bound (B1, R40)', async () => {
  const local = await freePort();
  const run = through('-N', '-D', `${HOST}:${local}`);
  await run.until((text) => text.includes('Entering interactive session'));
  const from = await evidenceSize(site);
  expect(await textOf(await socks(local, echo.port, 'through the proxy'))).toBe('through the proxy');
  for (let times = 0; times < 3; times += 1) expect(await textOf(await socks(local, unnamed.port))).toBe('');
  expect(await refusals(from)).toHaveLength(1);
  for (let port = 1; port <= 70; port += 1) expect(await textOf(await socks(local, port))).toBe('');
  const kinds = (await refusals(from)).map(({ request }) => (request as { kind: string }).kind);
  expect(kinds.filter((kind) => kind === 'forward')).toHaveLength(64);
  expect(kinds.filter((kind) => kind === 'direct-tcpip-flood')).toHaveLength(1);
  expect(await textOf(await socks(local, echo.port, 'still'))).toBe('still');
  expect(unnamed.connections()).toBe(0);
  run.child.kill();
});

test('everything else that OpenSSH can forward is refused by name, on record, and the command still runs (B1, R40)', async () => {
  const agent = createServer((socket) => socket.end());
  const path = join(temporaryFolder(), 'agent');
  await new Promise<void>((resolve) => agent.listen(path, resolve));
  const from = await evidenceSize(site);
  const answers = { password: PASSWORD, code: site.code('engineer') };
  const local = `${path}-local`;
  const forwards = ['-R', `0:${HOST}:1`, '-R', `${path}-far:${HOST}:1`, '-L', `${local}:/run/x`];
  const options = ['-v', '-A', '-Y', '-tt', ...forwards, '-p', String(site.sshPort)];
  const run = ssh([...options, `engineer@${HOST}`, 'echo runs; read line'], answers, {
    SSH_AUTH_SOCK: path,
    DISPLAY: ':77',
  });
  const said = await run.until((text) => text.includes('runs\r\n'));
  expect(said).toContain('Sluice: channels of this kind are not offered (agent)');
  expect(said).toMatch(/remote port forwarding failed|Remote connection .*failed/i);
  expect(await textOf(connect(local))).toBe('');
  await run.until((text) => text.includes('channels of this kind are not offered (streamlocal)'));
  run.child.stdin.write('\r');
  expect((await run.exit).code).toBe(0);
  const kinds = (await refusals(from)).map(({ request }) => (request as { kind: string }).kind);
  expect(kinds.sort()).toEqual(
    ['agent', 'direct-streamlocal', 'streamlocal-forward@openssh.com', 'tcpip-forward', 'x11'].sort(),
  );
  agent.close();
});

test('revoking the approval closes forwarded connections, and nothing is forwarded any more (R10, B18)', async () => {
  const { run, dial } = await tunnel(echo.port);
  const socket = await dial();
  socket.write('live');
  await new Promise((resolve) => socket.once('data', resolve));
  const closed = new Promise((resolve) => socket.once('end', resolve));
  const head = await site.signIn('head');
  await site.running.services.tickets.revoke(head, await site.fresh(head, 'ticket.revoke'), ticket.id, '立即停止');
  await closed;
  expect((await ended(echo.port)).endReason).toBe('ticket-revoked');
  const before = echo.connections();
  expect(await textOf(await dial())).toBe('');
  expect(echo.connections()).toBe(before);
  run.child.kill();
});

/** Connected through the SOCKS5 server there, or ended by it (RFC 1928), and then sent the text. */
async function socks(proxy: number, port: number, text?: string): Promise<Socket> {
  const socket = connect({ host: HOST, port: proxy, allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.write(Buffer.from([5, 1, 0]));
  await once(socket, 2);
  socket.write(Buffer.from([5, 1, 0, 1, 127, 0, 0, 1, port >> 8, port & 255]));
  await once(socket, text === undefined ? 0 : 10);
  if (text !== undefined) socket.end(text);
  return socket;
}

/** That many bytes of an answer; ends early with the connection. */
async function once(socket: Socket, bytes: number): Promise<void> {
  if (bytes === 0) return;
  while (socket.read(bytes) === null) {
    if (socket.readableEnded || socket.destroyed) return;
    await new Promise<void>((resolve) => {
      const settle = () => {
        socket.off('readable', settle).off('end', settle).off('close', settle);
        resolve();
      };
      socket.once('readable', settle).once('end', settle).once('close', settle);
    });
  }
}
