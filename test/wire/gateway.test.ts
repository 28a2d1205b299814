import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import ssh2, { type ClientChannel } from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSshKeyPair } from '../../bastion/cli/ssh-key-pair.ts';
import { connectionsTo } from '../support/connections.ts';
import { type GatewayUnderTest, gatewayUnderTest } from '../support/fake-controller.ts';
import { ssh } from '../support/openssh.ts';
import { misbehave } from '../support/ssh2-client.ts';
import { accepts, type Sshd, startSshd } from '../support/sshd.ts';

const ANSWERS = { password: 'correct horse', code: '123456' };
let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

async function listening(gateway: GatewayUnderTest, sources = ['127.0.0.1']): Promise<string> {
  const { port } = await gateway.controller.call('listen', { sources });
  return String(port);
}

test('a command gives the same stdout, stderr and exit status as a direct connection (R17)', async () => {
  const gateway = await gatewayUnderTest(sshd);
  const port = await listening(gateway);
  const command = 'cat; printf "to stderr\\n" >&2; exit 7';
  const run = ssh(['-p', port, 'lin@127.0.0.1', command], ANSWERS);
  run.child.stdin.end(Buffer.from('in\u4e2d\u6587\n\0\xff'));
  const direct = ssh(['-i', sshd.privateKeyFile, '-p', String(sshd.port), `${sshd.login}@127.0.0.1`, command]);
  direct.child.stdin.end(Buffer.from('in\u4e2d\u6587\n\0\xff'));
  const [through, plain] = await Promise.all([run.exit, direct.exit]);
  expect(through.stderr.toString()).toBe(plain.stderr.toString());
  expect(through).toEqual(plain);
  expect(through.code).toBe(7);
  await gateway.hear('session.ended', ({ reason, exitStatus }) => reason === 'finished' && exitStatus === 7);
});

test('a program ended by a signal is reported as such', async () => {
  const gateway = await gatewayUnderTest(sshd);
  const port = await listening(gateway);
  const run = ssh(['-p', port, 'lin@127.0.0.1', 'kill -TERM $$'], ANSWERS);
  run.child.stdin.end();
  await run.exit;
  await gateway.hear('session.ended', ({ exitSignal }) => exitSignal === 'SIGTERM');
});

test('a shell has a terminal of the right size and ends when the person leaves', async () => {
  const gateway = await gatewayUnderTest(sshd);
  const port = await listening(gateway);
  const run = ssh(['-tt', '-p', port, 'lin@127.0.0.1'], ANSWERS, { TERM: 'xterm' });
  run.child.stdin.write('stty size; echo term=$TERM; exit 3\n');
  const { code, stdout } = await run.exit;
  expect(stdout.toString()).toContain('term=xterm');
  expect(code).toBe(3);
});

test('the port is closed until sources are named, and closed again afterwards (R1)', async () => {
  const gateway = await gatewayUnderTest(sshd);
  const port = Number(await listening(gateway));
  expect(await accepts(port)).toBe(true);
  await gateway.controller.call('listen', { sources: null });
  expect(await accepts(port)).toBe(false);
});

test('another source address is dropped before the handshake (R40)', async () => {
  const gateway = await gatewayUnderTest(sshd);
  const port = await listening(gateway, ['192.0.2.1']);
  const run = ssh(['-p', port, 'lin@127.0.0.1', 'true'], ANSWERS);
  const { code, stderr } = await run.exit;
  expect(code).toBe(255);
  expect(stderr.toString()).toMatch(/closed|reset/i);
  expect(gateway.told).toEqual([]);
});

test('a wrong password or a wrong code opens nothing (R15)', async () => {
  const gateway = await gatewayUnderTest(sshd);
  const port = await listening(gateway);
  const password = ssh(['-p', port, 'lin@127.0.0.1', 'true'], { ...ANSWERS, password: 'wrong' });
  expect((await password.exit).code).toBe(255);
  const code = ssh(['-p', port, 'lin@127.0.0.1', 'true'], { ...ANSWERS, code: '000000' });
  expect((await code.exit).code).toBe(255);
  expect(gateway.told.some(({ name }) => name === 'channel.request')).toBe(false);
});

test('other subsystems are refused (R2)', async () => {
  const gateway = await gatewayUnderTest(sshd);
  const port = await listening(gateway);
  const netconf = ssh(['-p', port, '-s', 'lin@127.0.0.1', 'netconf'], ANSWERS);
  expect((await netconf.exit).code).toBe(77);
  expect(gateway.told.some(({ name }) => name === 'channel.request')).toBe(false);
});

test('cutting a session closes the target connection and tells the person why (R10)', async () => {
  const gateway = await gatewayUnderTest(sshd);
  const port = await listening(gateway);
  const run = ssh(['-tt', '-p', port, 'lin@127.0.0.1'], ANSWERS, { LANG: 'zh_CN.UTF-8' });
  run.child.stdin.write('echo live-$((1+1))\n');
  await run.until((text) => text.includes('live-2'));
  const opened = await gateway.hear('session.opened');
  expect(connectionsTo(sshd.port)).toBe(1);
  await gateway.controller.call('sessions.cut', {
    sessions: [String(opened.params.session)],
    reason: 'account-departed',
  });
  expect(connectionsTo(sshd.port)).toBe(0);
  const { code, stdout } = await run.exit;
  expect(stdout.toString()).toContain('离岗');
  expect(code).toBe(77);
  await gateway.hear('session.ended', ({ reason }) => reason === 'account-departed');
});

test('silence of the controller ends every session and the port (R1)', async () => {
  const gateway = await gatewayUnderTest(sshd);
  const port = await listening(gateway);
  const run = ssh(['-tt', '-p', port, 'lin@127.0.0.1'], ANSWERS);
  run.child.stdin.write('echo live-$((1+1))\n');
  await run.until((text) => text.includes('live-2'));
  gateway.controller.end('killed');
  await gateway.over;
  expect((await run.exit).code).not.toBe(0);
  expect(await accepts(Number(port))).toBe(false);
  expect(connectionsTo(sshd.port)).toBe(0);
});

test('a target with another host key is refused and reported (R40)', async () => {
  const other = await startSshd();
  const gateway = await gatewayUnderTest({ ...sshd, hostKey: other.hostKey });
  await other.stop();
  const port = await listening(gateway);
  const run = ssh(['-p', port, 'lin@127.0.0.1', 'true'], ANSWERS);
  const { code, stderr } = await run.exit;
  expect(code).toBe(76);
  expect(stderr.toString()).toContain('host key');
  await gateway.hear('session.host-key-mismatch');
});

test('a login by key takes the code as well (R15)', async () => {
  const gateway = await gatewayUnderTest(sshd);
  const port = await listening(gateway);
  const args = ['-i', sshd.privateKeyFile, '-p', port, 'lin@127.0.0.1', 'echo in'];
  const without = ssh(['-o', 'PreferredAuthentications=publickey', ...args]);
  expect((await without.exit).code).toBe(255);
  const { stdout } = await ssh(args, { code: '123456' }).exit;
  expect(stdout.toString()).toBe('in\n');
});

test('ten megabytes both ways arrive unchanged and are recorded first (R17)', async () => {
  const gateway = await gatewayUnderTest(sshd);
  const port = await listening(gateway);
  const run = ssh(['-p', port, 'lin@127.0.0.1', 'cat'], ANSWERS);
  const bytes = Buffer.alloc(10 * 1024 * 1024, 'Sluice 闸口 ');
  run.child.stdin.end(bytes);
  const { stdout, code } = await run.exit;
  expect(code).toBe(0);
  expect(stdout.equals(bytes)).toBe(true);
  const ended = await gateway.hear('session.ended');
  expect(ended.params.recordedBytes).toBe(2 * bytes.length);
  expect(readdirSync(gateway.recordings)).toHaveLength(1);
});

test('a command whose whole life comes in one packet still tells its exit status (R17)', async () => {
  const target = await startHastyTarget();
  const gateway = await gatewayUnderTest({ ...sshd, port: target.port, hostKey: target.hostKey });
  const port = await listening(gateway);
  const { code, stdout } = await ssh(['-p', port, 'lin@127.0.0.1', 'anything'], ANSWERS).exit;
  expect(code).toBe(7);
  expect(stdout.toString()).toBe('all at once');
  target.stop();
});

test('a size that changes while the target is being dialled reaches it all the same', async () => {
  const resized = Promise.withResolvers<void>();
  const gateway = await gatewayUnderTest(sshd, {
    handlers: {
      'session.credential': async () => {
        await resized.promise;
        return { kind: 'private-key', secret: Buffer.from(sshd.privateKey).toString('base64') };
      },
    },
  });
  const { client, ready } = misbehave(Number(await listening(gateway)));
  await ready;
  const shell = await new Promise<ClientChannel>((resolve, reject) =>
    client.shell({ cols: 80, rows: 24 }, (error, channel) => (error ? reject(error) : resolve(channel))),
  );
  await gateway.hear('session.credential');
  shell.setWindow(51, 133, 0, 0);
  // The change travels on the same connection as what is typed after it.
  shell.write('stty size\n');
  setImmediate(() => resized.resolve());
  const seen = await new Promise<string>((resolve) => {
    let text = '';
    shell.on('data', (data: Buffer) => {
      text += data.toString();
      if (/\d+ \d+\r\n/.test(text)) resolve(text);
    });
  });
  expect(seen).toContain('51 133');
  client.end();
});

/** Answers every command with yes, output, exit status and close in a single write. */
async function startHastyTarget() {
  const key = newSshKeyPair();
  const tcp = createServer((socket) => {
    const server = new ssh2.Server({ hostKeys: [key.private] }, (connection) => {
      connection.on('authentication', (context) => context.accept());
      connection.on('error', () => undefined);
      connection.on('session', (accept) =>
        accept().on('exec', (acceptExec) => {
          socket.cork();
          const channel = acceptExec();
          channel.write('all at once');
          channel.exit(7);
          channel.end();
          setImmediate(() => socket.uncork());
        }),
      );
    });
    socket.on('error', () => undefined);
    server.injectSocket(socket);
  });
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const address = tcp.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  return { port: address.port, hostKey: key.public.split(' ').slice(0, 2).join(' '), stop: () => tcp.close() };
}
