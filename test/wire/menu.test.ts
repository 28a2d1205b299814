// The menu with OpenSSH's client on a terminal: a user name that leaves a choice.

import type { ClientChannel } from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GatewayOptions, type GatewayUnderTest, listeningGateway } from '../support/fake-controller.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { ssh } from '../support/openssh.ts';
import { misbehave } from '../support/ssh2-client.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const ANSWERS = { password: 'correct horse', code: '123456' };
const CHOICES = [
  { login: 'oracle', target: 'db1' },
  { login: 'ops', target: 'web1' },
  { login: 'root', target: 'web1' },
];
let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

const open = (choices = CHOICES, options: GatewayOptions = {}) =>
  listeningGateway(sshd, { ...options, handlers: { 'channel.choices': async () => ({ choices }) } });

const onTerminal = (port: number, name = 'lin', ...command: string[]) =>
  ssh(['-tt', '-p', String(port), `${name}@127.0.0.1`, ...command], ANSWERS, { LANG: 'zh_CN.UTF-8' });
const asked = (gateway: GatewayUnderTest, name: string) =>
  gateway.told.filter((one) => one.name === name).map(({ params }) => params);

test('a number opens that channel by the same gate, and what is typed ahead reaches the target (R2)', async () => {
  const { gateway, port } = await open();
  const run = onTerminal(port);
  const shown = await run.until((text) => text.includes('编号或名称'));
  expect(shown).toContain('闸口：请选择要打开的通道。');
  expect(shown).toMatch(/1 {2}oracle {2}db1\r\n {2}2 {2}ops {5}web1\r\n {2}3 {2}root {4}web1/);
  expect(asked(gateway, 'channel.request')).toEqual([]);
  run.child.stdin.write('3\recho chosen-$((1+1)); exit\r');
  await run.until((text) => text.includes('chosen-2'));
  expect((await run.exit).code).toBe(0);
  expect(asked(gateway, 'channel.request')).toMatchObject([
    { kind: 'shell', selector: { by: 'names', login: 'root', target: 'web1' } },
  ]);
});

test('names may be begun; what fits none or several is asked again (R2)', async () => {
  const { gateway, port } = await open();
  const run = onTerminal(port, 'lin', 'echo in');
  await run.until((text) => text.includes('编号或名称'));
  run.child.stdin.write('nowhere\r');
  await run.until((text) => text.includes('没有这一项'));
  run.child.stdin.write('web\r');
  await run.until((text) => text.includes('不止一项符合'));
  run.child.stdin.write('DB\r');
  expect((await run.exit).stdout.toString()).toContain('in\r\n');
  expect(asked(gateway, 'channel.request')).toMatchObject([
    { kind: 'exec', command: 'echo in', selector: { login: 'oracle', target: 'db1' } },
  ]);
});

test.each([
  ['Ctrl-C', '\x03'],
  ['Ctrl-D', 'web\x04'],
  ['ten lines of nonsense', 'x\r'.repeat(10)],
])('%s leaves, and no gate is asked', async (_, keys) => {
  const { gateway, port } = await open();
  const run = onTerminal(port);
  await run.until((text) => text.includes('编号或名称'));
  run.child.stdin.write(keys);
  const { code, stdout } = await run.exit;
  expect(code).toBe(77);
  expect(stdout.toString()).toContain('没有选择');
  expect(asked(gateway, 'channel.request')).toEqual([]);
});

test('whoever does not choose is sent away after the grace time (B4)', async () => {
  const clock = new ManualClock();
  const { gateway, port } = await open(CHOICES, { clock, leaseMs: 10 ** 9, graceMs: 60_000 });
  const { client, ready } = misbehave(port);
  await ready;
  const channel = await new Promise<ClientChannel>((resolve, reject) =>
    client.shell((error, made) => (error === undefined ? resolve(made) : reject(error))),
  );
  let said = '';
  channel.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  await gateway.hear('channel.choices');
  await new Promise((resolve) => channel.once('data', resolve));
  const ended = new Promise((resolve) => channel.once('exit', resolve));
  clock.advance(60_000);
  expect(await ended).toBe(77);
  expect(said).toContain('nothing was chosen');
  expect(asked(gateway, 'channel.request')).toEqual([]);
  client.end();
});

test('a size that changes while the menu stands is the target’s size (R37)', async () => {
  const { port } = await open();
  const { client, ready } = misbehave(port);
  await ready;
  const channel = await new Promise<ClientChannel>((resolve, reject) =>
    client.shell({ rows: 24, cols: 80 }, (error, made) => (error === undefined ? resolve(made) : reject(error))),
  );
  let said = '';
  const until = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => said.includes(text) && resolve();
      channel.on('data', look);
      look();
    });
  channel.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  await until('number or name');
  channel.setWindow(50, 133, 0, 0);
  channel.write('1\rstty size; exit\r');
  await until('50 133');
  client.end();
});

test.each([
  ['a whole name', 'lin+root+web1', ['-tt'], CHOICES],
  ['one choice', 'lin', ['-tt'], CHOICES.slice(0, 1)],
  ['no terminal', 'lin', ['-T'], CHOICES],
])('with %s there is no menu, the gate decides', async (_, name, how, choices) => {
  const { gateway, port } = await open(choices);
  const run = ssh([...how, '-p', String(port), `${name}@127.0.0.1`, 'echo in'], ANSWERS);
  expect((await run.exit).stdout.toString()).toMatch(/^in\r?\n$/);
  expect(asked(gateway, 'channel.request')).toHaveLength(1);
});

test('a flood of keys is not answered by a larger one (B4)', async () => {
  const { port } = await open();
  const { client, ready } = misbehave(port);
  await ready;
  const channel = await new Promise<ClientChannel>((resolve, reject) =>
    client.shell((error, made) => (error === undefined ? resolve(made) : reject(error))),
  );
  let received = 0;
  channel.on('data', (bytes: Buffer) => {
    received += bytes.length;
  });
  await new Promise((resolve) => channel.once('data', resolve));
  const flood = Buffer.alloc(2_000_000, '\x7f');
  channel.write(flood);
  channel.write('\x03');
  await new Promise((resolve) => channel.once('exit', resolve));
  expect(received).toBeLessThan(flood.length);
  client.end();
});
