// What the gateway does when the controller cannot take what it is told.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { noSuchTerminal } from '../../bastion/gateway/front/web-terminals.ts';
import { gatewayUnderTest, listeningGateway, passTime } from '../support/fake-controller.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { ssh } from '../support/openssh.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const ANSWERS = { password: 'correct horse', code: '123456' };
let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

test('a session whose recording can no longer be attested in the evidence log ends (R18, B11)', async () => {
  const clock = new ManualClock();
  const { gateway, port } = await listeningGateway(sshd, {
    clock,
    leaseMs: 10 ** 9,
    // What a controller answers whose database is full: any Refusal.
    handlers: { 'session.head': () => Promise.reject(noSuchTerminal()) },
  });
  const run = ssh(['-tt', '-p', String(port), 'lin@127.0.0.1'], ANSWERS, { LANG: 'en_US.UTF-8' });
  run.child.stdin.write('echo live-$((1+1))\n');
  await run.until((text) => text.includes('live-2'));
  await passTime(clock, gateway, 10_000);
  const { code, stdout } = await run.exit;
  expect(stdout.toString()).toContain('recording cannot continue');
  expect(code).toBe(74);
  const { params } = await gateway.hear('session.ended');
  expect(params).toMatchObject({ reason: 'recorder-failed', tracks: { screen: {}, keys: {} } });
});

test('a login that comes into being after its client left is ended as well (B4)', async () => {
  const begun = Promise.withResolvers<void>();
  const gateway = await gatewayUnderTest(sshd, {
    handlers: {
      'login.start': async ({ name }) => {
        if (name === 'early') await begun.promise;
        return { login: `log_${name}` };
      },
    },
  });
  const { port } = await gateway.controller.call('listen', { sources: ['127.0.0.1'] });
  const early = ssh(['-p', String(port), 'early@127.0.0.1', 'true'], ANSWERS);
  await gateway.hear('login.start', ({ name }) => name === 'early');
  early.child.kill('SIGKILL');
  await early.exit;
  // By the time another one has come and gone, the gateway has seen the first one leave.
  await ssh(['-p', String(port), 'later@127.0.0.1', 'true'], ANSWERS).exit;
  begun.resolve();
  await gateway.hear('login.end', ({ login }) => login === 'log_early');
});
