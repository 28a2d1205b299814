// What the centre arranges, while people are at work: freezes, emergencies, deputies; through the API, with real clients
// on a real target.

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Deputy, Freeze, Routes } from '../../web/contract/arrangements.ts';
import type { Ticket } from '../../web/contract/tickets.ts';
import { ApiClient } from '../support/api-client.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { type SshRun, ssh } from '../support/openssh.ts';
import { openTerminal } from '../support/web-terminal.ts';

const MINUTE = 60_000;
let site: TestInstallation;
let engineer: ApiClient;
let head: ApiClient;
let second: ApiClient;
let section: ApiClient;
let from: number;
const live = new Set<SshRun>();

beforeAll(async () => {
  site = await startInstallation();
  await site.invite({ name: 'second', displayName: '王副', role: 'head', vendor: null });
});
afterAll(() => site.stop());
// Each test sets the clock ahead, and browsers are signed out meanwhile.
beforeEach(async () => {
  [engineer, head] = [await ApiClient.signIn(site, 'engineer'), await ApiClient.signIn(site, 'head')];
  [second, section] = [await ApiClient.signIn(site, 'second'), await ApiClient.signIn(site, 'section')];
  from = await evidenceSize(site);
});
afterEach(async () => {
  for (const run of live) {
    run.child.kill();
    await run.exit;
  }
  live.clear();
  const boss = await ApiClient.signIn(site, 'head');
  for (const { id } of await ask<Freeze[]>(boss, '/api/v1/freezes')) {
    await ask<Freeze[]>(boss, `/api/v1/freezes/${id}/lift`, { code: site.code('head') });
  }
  for (const { id } of await site.running.services.tickets.list(await site.signIn('engineer'), { open: true })) {
    await site.running.services.tickets.withdraw(await site.signIn('engineer'), id);
  }
});

const connect = (...how: string[]): SshRun => {
  const args = [...how.slice(0, -1), '-p', String(site.sshPort), 'engineer@127.0.0.1', ...how.slice(-1)];
  const answers = { password: PASSWORD, code: site.code('engineer') };
  const run = ssh(
    args.filter((each) => each !== ''),
    answers,
    { LANG: 'zh_CN.UTF-8' },
  );
  live.add(run);
  return run;
};
/** A shell that has answered. */
async function shell(): Promise<SshRun> {
  const run = connect('-tt', '');
  await answers(run, 'begun');
  return run;
}
async function answers(run: SshRun, word: string): Promise<void> {
  run.child.stdin.write(`echo ${word}-$((40+2))\n`);
  await run.until((text) => text.includes(`${word}-42`));
}
async function ask<T>(client: ApiClient, path: string, body?: object): Promise<T> {
  const answer = await (body === undefined ? client.get(path) : client.post(path, body));
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body as T;
}
async function approve(client: ApiClient, name: string, id: string) {
  const { shown } = await ask<Ticket>(client, `/api/v1/tickets/${id}`);
  const body = { shownHash: shown?.hash, code: site.code(name) };
  const { status, body: said } = await client.post(`/api/v1/tickets/${id}/approve`, body);
  return { status, said: said as Ticket & { readonly code: string } };
}
const since = () => evidence(site, from);
const reasons = async () =>
  (await since()).flatMap((each) => (each.type === 'session.ended' ? [each.details.reason] : []));

test('when the calendar’s freeze begins, everything open is closed; afterwards it opens again (R1, R5)', async () => {
  const { id } = await site.approvedTicket();
  const start = site.clock.now() + 20 * MINUTE;
  await ask<Freeze[]>(section, '/api/v1/freezes', { start, end: start + 10 * MINUTE, reason: '开标' });
  const run = await shell();
  const command = connect('echo begun; sleep 600');
  await command.until((text) => text.includes('begun'));
  const terminal = await openTerminal(site, engineer, id);
  await terminal.said('opened');
  // It was placed while nothing of it had begun: work goes on.
  await answers(run, 'on');
  site.clock.push(start - site.clock.now());
  await site.running.supervisor.look();
  for (const each of [run, command]) {
    const { code, stdout, stderr } = await each.exit;
    expect([code, `${stdout}${stderr}`]).toEqual([75, expect.stringContaining('冻结时段开始')]);
  }
  expect(await terminal.said('ended')).toMatchObject({ reason: 'freeze-began' });
  await expect.poll(reasons).toEqual(['freeze-began', 'freeze-began', 'freeze-began']);
  // Nothing listens any more.
  expect((await connect('echo in').exit).code).toBe(255);
  site.clock.push(10 * MINUTE);
  await site.running.supervisor.look();
  await shell();
});

test('an emergency of two people opens in the middle of a freeze, and the freeze does not end it (R5, R7)', async () => {
  await site.approvedTicket();
  const ordinary = await shell();
  const start = site.clock.now();
  const freezes = { start, end: start + 60 * MINUTE, reason: '开标' };
  await ask<Freeze[]>(section, '/api/v1/freezes', freezes);
  expect((await ordinary.exit).code).toBe(75);
  const { id } = await site.submittedTicket({ windowMs: 30 * MINUTE, terms: { urgency: 'emergency' } });
  expect(await approve(section, 'section', id)).toMatchObject({ status: 200, said: { state: 'submitted' } });
  // One of them is not enough, however often.
  expect(await approve(section, 'section', id)).toMatchObject({ status: 403, said: { code: 'duty.decides-twice' } });
  await site.running.supervisor.look();
  expect((await connect('echo in').exit).code).toBe(255);
  expect(await approve(head, 'head', id)).toMatchObject({ status: 200, said: { state: 'approved' } });
  await site.running.supervisor.look();
  const urgent = await shell();
  const another = { start: start + 60 * MINUTE, end: start + 70 * MINUTE, reason: '评标' };
  await ask<Freeze[]>(section, '/api/v1/freezes', another);
  await answers(urgent, 'on');
  // Whoever opened it does not judge it.
  const verdict = { verdict: 'justified', note: '确属紧急，处置得当' };
  expect(await head.post(`/api/v1/tickets/${id}/review`, verdict)).toMatchObject({
    status: 403,
    body: { code: 'duty.opener-reviews-own' },
  });
  await ask<Ticket>(second, `/api/v1/tickets/${id}/review`, verdict);
  await answers(urgent, 'still');
  site.clock.push(30 * MINUTE);
  await site.running.supervisor.look();
  expect((await urgent.exit).code).toBe(75);
  await expect.poll(reasons).toEqual(['freeze-began', 'window-ended']);
});

test('a deputy whose days end in the middle of an approval opens nothing; in time, they do, and it holds (R7)', async () => {
  const { groups } = await ask<Routes>(head, '/api/v1/routes/groups', {
    name: '交易系统',
    filing: false,
    approvals: 2,
    code: site.code('head'),
  });
  const { targets } = await ask<Routes>(head, '/api/v1/routes');
  const assign = { group: groups[0]?.id, code: site.code('head') };
  await ask<Routes>(head, `/api/v1/routes/targets/${targets[0]?.id}`, assign);
  const candidates = await ask<{ id: string; name: string }[]>(second, '/api/v1/deputies/candidates');
  const deputy = candidates.find(({ name }) => name === 'section')?.id;
  const appoint = (minutes: number) => {
    const [now, code] = [site.clock.now(), site.code('second')];
    const body = { deputy, from: now, until: now + minutes * MINUTE, reason: '出差', code };
    return ask<Deputy[]>(second, '/api/v1/deputies', body);
  };
  await appoint(8);
  const { id } = await site.submittedTicket();
  // The first of two approvals is in; the deputy has read the ticket, and then their days are over.
  expect(await approve(head, 'head', id)).toMatchObject({ status: 200, said: { state: 'submitted' } });
  const { shown } = await ask<Ticket>(section, `/api/v1/tickets/${id}`);
  const code = site.code('section');
  site.clock.push(8 * MINUTE);
  const late = await section.post(`/api/v1/tickets/${id}/approve`, { shownHash: shown?.hash, code });
  expect(late).toMatchObject({ status: 403 });
  expect((await ask<Ticket>(head, `/api/v1/tickets/${id}`)).state).toBe('submitted');
  await site.running.supervisor.look();
  expect((await connect('echo in').exit).code).toBe(255);
  await appoint(5);
  expect(await approve(section, 'section', id)).toMatchObject({
    status: 200,
    said: { state: 'approved', approvals: [{ deputyFor: null }, { deputyFor: { name: 'second' } }] },
  });
  await site.running.supervisor.look();
  const run = await shell();
  // It was approved in time: that their days end afterwards changes nothing.
  site.clock.push(6 * MINUTE);
  await site.running.supervisor.look();
  await answers(run, 'on');
  section = await ApiClient.signIn(site, 'section');
  const other = await site.submittedTicket();
  expect(await approve(section, 'section', other.id)).toMatchObject({ said: { code: 'deputy.over' } });
  await site.running.services.tickets.withdraw(await site.signIn('engineer'), other.id);
  await answers(run, 'still');
});
