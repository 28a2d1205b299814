// A window that is made longer while people are at work: real clients, a real target, and no cut (R1).

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ApiClient } from '../support/api-client.ts';
import { listeningGateway, passTime } from '../support/fake-controller.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type SshRun, ssh } from '../support/openssh.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { openTerminal } from '../support/web-terminal.ts';

const MINUTE = 60_000;
const BUSY = 'i=0; while :; do i=$((i+1)); echo "tick-$i-"; sleep 0.05; done';
let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

/** The number of the last tick that came. */
const ticks = (run: SshRun): number =>
  Number(
    run
      .stdout()
      .toString()
      .match(/tick-(\d+)-/g)
      ?.at(-1)
      ?.match(/\d+/)?.[0] ?? 0,
  );
const goesOn = (run: SshRun): Promise<string> => {
  const before = ticks(run);
  return run.until(() => ticks(run) > before + 3);
};

test('told of more time, a gateway counts anew: no end at the old one, notices before the new one (R1)', async () => {
  const clock = new ManualClock();
  const options = { clock, leaseMs: 10 ** 9, remainingMs: 20 * MINUTE, idleMs: 10 ** 9 };
  const { gateway, port } = await listeningGateway(sshd, options);
  const run = ssh(
    ['-tt', '-p', String(port), 'lin@127.0.0.1'],
    { password: 'correct horse', code: '123456' },
    {
      LANG: 'zh_CN.UTF-8',
    },
  );
  run.child.stdin.write('echo live-$((1+1))\n');
  await run.until((text) => text.includes('live-2'));
  await passTime(clock, gateway, 16 * MINUTE);
  await run.until((text) => text.includes('还有 15 分钟'));
  const session = String((await gateway.hear('session.opened')).params.session);
  const text = { zh: '维护窗口延长至 2026-03-12 21:00 (GMT+8)。', en: 'the window now ends at 21:00.' };
  await gateway.controller.call('session.window', { session, remainingMs: 34 * MINUTE, text });
  await run.until((said) => said.includes('闸口：维护窗口延长至 2026-03-12 21:00'));
  const before = run.stdout().length;
  await passTime(clock, gateway, 18 * MINUTE);
  const since = () => run.stdout().subarray(before).toString();
  expect(since()).not.toContain('还有 1 分钟');
  run.child.stdin.write('echo past-$((1+1))\n');
  await run.until((said) => said.includes('past-2'));
  await passTime(clock, gateway, MINUTE);
  await run.until(() => since().includes('还有 15 分钟'));
  await passTime(clock, gateway, 10 * MINUTE);
  await run.until(() => since().includes('还有 5 分钟'));
  await passTime(clock, gateway, 5 * MINUTE);
  expect((await run.exit).code).toBe(75);
  await gateway.hear('session.ended', ({ reason }) => reason === 'window-ended');
});

let site: TestInstallation;
let engineer: ApiClient;
let head: ApiClient;

beforeEach(async () => {
  site = await startInstallation({}, sshd);
  engineer = await ApiClient.signIn(site, 'engineer');
  head = await ApiClient.signIn(site, 'head');
});
afterEach(() => site.stop());

const busy = (): SshRun =>
  ssh(['-p', String(site.sshPort), 'engineer@127.0.0.1', BUSY], { password: PASSWORD, code: site.code('engineer') });

async function ask(ticket: string, minutes: number): Promise<{ readonly id: string; readonly fromEnd: number }> {
  const asked = await engineer.post(`/api/v1/tickets/${ticket}/extensions`, { minutes, reason: '升级还没有完成' });
  expect(asked.status, JSON.stringify(asked.body)).toBe(200);
  return asked.body as { id: string; fromEnd: number };
}

test('the engineer asks, the head grants from the phone, and bytes flow through the old end (R1)', async () => {
  const { id } = await site.approvedTicket({ windowMs: 10 * MINUTE });
  const run = busy();
  await run.until((text) => text.includes('tick-1-'));
  const terminal = await openTerminal(site, engineer, id);
  const { closesAt } = await terminal.said('opened');
  const wish = await ask(id, 30);
  const granted = await head.post(`/api/v1/extensions/${wish.id}/grant`, { code: site.code('head') });
  expect(granted).toMatchObject({ status: 200, body: { state: 'granted' } });
  expect((await terminal.said('window')).closesAt - closesAt).toBeGreaterThan(29 * MINUTE);
  expect((await terminal.said('notice')).text.zh).toContain('维护窗口延长至');
  site.clock.push(wish.fromEnd + 1000 - site.clock.now());
  await site.running.supervisor.look();
  await goesOn(run);
  terminal.type('echo past-$((1+1))\r');
  await terminal.until((screen) => screen.includes('past-2'));
  expect(site.running.services.sshAddress()).not.toBeNull();
  site.clock.push(30 * MINUTE);
  await site.running.supervisor.look();
  expect((await run.exit).code).toBe(75);
  expect(await terminal.said('ended')).toMatchObject({ reason: 'window-ended' });
});

test('what the head refuses, or does not decide, ends at the old end (R1)', async () => {
  const { id } = await site.approvedTicket({ windowMs: 10 * MINUTE });
  const run = busy();
  await run.until((text) => text.includes('tick-1-'));
  const first = await ask(id, 30);
  const refused = await head.post(`/api/v1/extensions/${first.id}/refuse`, { reason: '明天再做' });
  expect(refused).toMatchObject({ status: 200, body: { state: 'refused', decisionReason: '明天再做' } });
  const second = await ask(id, 5);
  await goesOn(run);
  site.clock.push(second.fromEnd - site.clock.now());
  await site.running.supervisor.look();
  expect((await run.exit).code).toBe(75);
  const late = await head.post(`/api/v1/extensions/${second.id}/grant`, { code: site.code('head') });
  expect(late).toMatchObject({ status: 409, body: { code: 'extension.expired' } });
});

test('a window that was made longer is revoked like any other (R10)', async () => {
  const { id } = await site.approvedTicket({ windowMs: 10 * MINUTE });
  const run = busy();
  await run.until((text) => text.includes('tick-1-'));
  const { id: wish } = await ask(id, 30);
  await head.post(`/api/v1/extensions/${wish}/grant`, { code: site.code('head') });
  await goesOn(run);
  const revoked = await head.post(`/api/v1/tickets/${id}/revoke`, { reason: '立即停止', code: site.code('head') });
  expect(revoked.status).toBe(200);
  expect((await run.exit).code).toBe(77);
});
