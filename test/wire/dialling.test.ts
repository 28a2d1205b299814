import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId, type SessionId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import { connectionsTo } from '../support/connections.ts';
import { type GatewayUnderTest, gatewayUnderTest, grantFor } from '../support/fake-controller.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { ssh } from '../support/openssh.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const ANSWERS = { password: 'correct horse', code: '123456' };
const PUBLIC = '203.0.113.9';
let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

const named = (allowLoopback: boolean) => ({
  target: { id: newId('tgt'), name: 'app', host: 'app.example', port: sshd.port, hostKey: sshd.hostKey, allowLoopback },
});

async function command(gateway: GatewayUnderTest, line = 'echo in') {
  const { port } = await gateway.controller.call('listen', { sources: ['127.0.0.1'] });
  return ssh(['-p', String(port), 'lin@127.0.0.1', line], ANSWERS);
}

const names = (gateway: GatewayUnderTest) => gateway.told.map(({ name }) => name);

/** Takes connections and says nothing. */
async function silentServer() {
  const sockets = new Set<Socket>();
  const arrived = Promise.withResolvers<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    arrived.resolve(socket);
  });
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : 0);
    }),
  );
  return { port, sockets, arrived: arrived.promise, stop: () => server.close() };
}

test.each([['127.0.0.1'], ['::1'], ['169.254.169.254'], ['::ffff:127.0.0.1'], ['0.0.0.0'], [PUBLIC, '127.0.0.1']])(
  'a name that leads to %s is not dialled, and no credential is released (R40)',
  async (...addresses) => {
    const gateway = await gatewayUnderTest(sshd, { grant: named(false), resolve: async () => addresses });
    const { code, stdout } = await (await command(gateway)).exit;
    expect(code).toBe(69);
    expect(stdout.length).toBe(0);
    await gateway.hear('session.ended', ({ reason }) => reason === 'target-unreachable');
    expect(names(gateway)).not.toContain('session.credential');
    expect(connectionsTo(sshd.port)).toBe(0);
  },
);

test('a name is looked up once, and what came is what is connected to (R40)', async () => {
  let lookups = 0;
  const resolve = async () => {
    lookups += 1;
    return lookups === 1 ? ['127.0.0.1'] : [PUBLIC];
  };
  const gateway = await gatewayUnderTest(sshd, { grant: named(true), resolve });
  expect((await (await command(gateway)).exit).stdout.toString()).toBe('in\n');
  expect(lookups).toBe(1);
});

test('a key is not asked of a name that leads to this machine (R40)', async () => {
  const gateway = await gatewayUnderTest(sshd, { resolve: async () => ['127.0.0.1'] });
  const scan = (allowLoopback: boolean) =>
    gateway.controller.call('target.scan', { host: 'app.example', port: sshd.port, allowLoopback });
  await expect(scan(false)).rejects.toMatchObject({ code: 'target.host-refused' });
  expect(await scan(true)).toEqual({ hostKey: sshd.hostKey });
});

test('asking for a key ends after ten seconds, whoever keeps silent', async () => {
  const clock = new ManualClock();
  const server = await silentServer();
  const asked = Promise.withResolvers<void>();
  const resolve = () => {
    asked.resolve();
    return new Promise<string[]>(() => {});
  };
  const gateway = await gatewayUnderTest(sshd, { clock, leaseMs: 10 ** 9, resolve });
  const scan = (host: string) =>
    gateway.controller
      .call('target.scan', { host, port: server.port, allowLoopback: true })
      .catch((error: unknown) => error);
  const silent = scan('127.0.0.1');
  await server.arrived;
  clock.advance(10_000);
  expect(await silent).toMatchObject({ code: 'target.not-reached' });
  const unnamed = scan('app.example');
  await asked.promise;
  clock.advance(10_000);
  expect(await unnamed).toMatchObject({ code: 'target.not-reached' });
  server.stop();
});

test('a target that never answers is given up after twenty seconds (R1)', async () => {
  const clock = new ManualClock();
  const server = await silentServer();
  const gateway = await gatewayUnderTest({ ...sshd, port: server.port }, { clock, leaseMs: 10 ** 9 });
  const run = await command(gateway);
  const socket = await server.arrived;
  const gone = new Promise((resolve) => socket.once('close', resolve));
  clock.advance(20_000);
  await gone;
  expect((await run.exit).code).toBe(69);
  server.stop();
});

// Each phase answers only when told, and the session is cut while it waits.
test.each(['resolve', 'session.opened', 'session.credential'] as const)(
  'a session cut while %s is awaited never reaches its target (R10)',
  async (phase) => {
    const held = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const hold = async () => {
      asked.resolve();
      await held.promise;
    };
    let session: SessionId | undefined;
    const gateway = await gatewayUnderTest(sshd, {
      grant: named(true),
      async resolve() {
        if (phase === 'resolve') await hold();
        return ['127.0.0.1'];
      },
      handlers: {
        'session.opened': async (opened) => {
          session = opened.session as SessionId;
          if (phase === 'session.opened') await hold();
          return {};
        },
        ...(phase === 'session.credential' && {
          'session.credential': async () => {
            await hold();
            return { kind: 'private-key', secret: Buffer.from(sshd.privateKey).toString('base64') };
          },
        }),
      },
    });
    const before = sshd.log();
    const run = await command(gateway);
    await asked.promise;
    const cut = gateway.controller.call('sessions.cut', { sessions: [session ?? ''], reason: 'account-departed' });
    // What is under way inside the controller may be waited for; the name server is not.
    if (phase !== 'resolve') held.resolve();
    await cut;
    expect((await run.exit).code).toBe(77);
    await gateway.hear('session.ended', ({ reason }) => reason === 'account-departed');
    expect(sshd.log()).toBe(before);
    held.resolve();
  },
);

test('a cut that overtakes the answer of the gate ends the session before it records or dials (R10)', async () => {
  const session = newId('ses');
  const gateway: GatewayUnderTest = await gatewayUnderTest(sshd, {
    handlers: {
      'channel.request': async ({ kind, command: line }) => {
        void gateway.controller.call('sessions.cut', { sessions: [session], reason: 'ticket-revoked' });
        return grantFor(sshd, gateway.recordsKey, session, kind, line);
      },
    },
  });
  const before = sshd.log();
  expect((await (await command(gateway)).exit).code).toBe(77);
  await gateway.hear('session.ended', ({ reason }) => reason === 'ticket-revoked');
  expect(names(gateway)).not.toContain('session.credential');
  expect(sshd.log()).toBe(before);
});

test('cutting twice, for different reasons, ends once with the first (R10)', async () => {
  const gateway = await gatewayUnderTest(sshd);
  const run = await command(gateway, 'echo live; cat');
  await run.until((text) => text.includes('live'));
  const { params } = await gateway.hear('session.opened');
  const session = String(params.session);
  const cut = (reason: 'ticket-revoked' | 'shutdown') =>
    gateway.controller.call('sessions.cut', { sessions: [session], reason });
  await Promise.all([cut('ticket-revoked'), cut('shutdown'), cut('ticket-revoked')]);
  expect(connectionsTo(sshd.port)).toBe(0);
  expect((await run.exit).code).toBe(77);
  await gateway.hear('session.ended');
  expect(gateway.told.filter(({ name }) => name === 'session.ended').map(({ params: { reason } }) => reason)).toEqual([
    'ticket-revoked',
  ]);
});

test('the gate’s no after the recording began ends the session with a sealed recording and no dial (R1)', async () => {
  const no = defineRefusal('ticket.not-approved', 'forbidden', () => ({ zh: '已撤销', en: 'revoked' }));
  const gateway = await gatewayUnderTest(sshd, {
    handlers: {
      'session.opened': async () => {
        throw no();
      },
    },
  });
  const before = sshd.log();
  const { code, stderr } = await (await command(gateway)).exit;
  expect(code).toBe(77);
  expect(stderr.toString()).toContain('what allowed this access has changed');
  const { params } = await gateway.hear('session.ended', ({ reason }) => reason === 'access-changed');
  expect(params.tracks).toMatchObject({ screen: {}, keys: {} });
  expect(names(gateway)).not.toContain('session.credential');
  expect(sshd.log()).toBe(before);
});
