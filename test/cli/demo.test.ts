import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { DemoFile } from '../../bastion/demo/demo-file.ts';
import { ssh } from '../support/openssh.ts';
import { accepts } from '../support/sshd.ts';

const TOP = join(import.meta.dirname, '../..');
const data = mkdtempSync(join(tmpdir(), 'sluice-demo-test-'));
const running = new Set<ChildProcessWithoutNullStreams>();

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(data, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  readonly greeting: string;
  readonly demo: DemoFile;
}

async function start(): Promise<Started> {
  const child = spawn('./sluice', ['demo', '--data', data, '--http', '0', '--ssh', '0'], { cwd: TOP });
  running.add(child);
  let greeting = '';
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      greeting += text;
      if (greeting.includes('Ctrl-C')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code}: ${errors}`)));
  });
  return { child, greeting, demo: JSON.parse(readFileSync(join(data, 'demo.json'), 'utf8')) };
}

async function interrupt({ child }: Started): Promise<number | null> {
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  // As npm does it: the terminal's Ctrl-C, and the same once more.
  child.kill('SIGINT');
  child.kill('SIGINT');
  const code = await exited;
  running.delete(child);
  return code;
}

const codeFor = (demo: DemoFile, name: string) =>
  execFileSync('oathtool', ['--totp', '-b', demo.accounts.find((one) => one.name === name)?.totpSecret ?? ''])
    .toString()
    .trim();

/** Signs in over HTTP; answers a function that posts, and one that gets. */
async function signIn(demo: DemoFile, name: string) {
  const password = demo.accounts.find((one) => one.name === name)?.password;
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ name, password, code: codeFor(demo, name) });
  const answer = await fetch(`${demo.web}/api/v1/login`, { method: 'POST', headers, body });
  expect(answer.status, await answer.clone().text()).toBe(200);
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  return {
    get: async (path: string) => (await fetch(`${demo.web}${path}`, { headers: { cookie } })).json(),
    post: async (path: string, json: unknown) =>
      fetch(`${demo.web}${path}`, { method: 'POST', headers: { ...headers, cookie }, body: JSON.stringify(json) }),
  };
}

const untilNextStep = () => new Promise((resolve) => setTimeout(resolve, 30_000 - (Date.now() % 30_000) + 50));

test('the demonstration starts, shows its story, opens on approval, and starts again on the same data', async () => {
  const first = await start();
  const { demo, greeting } = first;
  expect(greeting).toContain(demo.web);
  expect(greeting).toContain(`ssh -p ${demo.ssh.port} engineer@127.0.0.1`);
  expect(statSync(join(data, 'demo.json')).mode & 0o777).toBe(0o600);
  expect(demo.accounts.map(({ role }) => role).sort()).toEqual(['admin', 'auditor', 'head', 'operator', 'section']);
  expect(readdirSync(join(data, 'recordings'))).toHaveLength(1);
  expect(await accepts(demo.ssh.port)).toBe(false);

  const head = await signIn(demo, 'head');
  const tickets = (await head.get('/api/v1/tickets')) as { id: string; state: string }[];
  expect(tickets.map(({ state }) => state)).toEqual(['submitted', 'closed']);
  const [waiting] = tickets;
  const { shown } = (await head.get(`/api/v1/tickets/${waiting?.id}`)) as { shown: { hash: string } };
  // Each code works once: the approval needs the next one.
  await untilNextStep();
  const approved = await head.post(`/api/v1/tickets/${waiting?.id}/approve`, {
    shownHash: shown.hash,
    code: codeFor(demo, 'head'),
  });
  expect(approved.status).toBe(200);
  await expect.poll(() => accepts(demo.ssh.port)).toBe(true);
  const [engineer] = demo.accounts.filter(({ role }) => role === 'operator');
  const answers = { password: engineer?.password ?? '', code: codeFor(demo, 'engineer') };
  const work = await ssh(['-p', String(demo.ssh.port), 'engineer@127.0.0.1', 'id -un; cat README.txt'], answers).exit;
  expect(work.code, work.stderr.toString()).toBe(0);
  expect(work.stdout.toString()).toContain('闸口');
  if (process.getuid?.() === 0) expect(work.stdout.toString()).toContain('nobody');

  expect(await interrupt(first)).toBe(0);
  expect(await accepts(demo.ssh.port)).toBe(false);
  expect(await accepts(demo.targets[0]?.port ?? 0)).toBe(false);
  const verified = execFileSync('./sluice', ['verify', '--data', data], {
    cwd: TOP,
    env: { ...process.env, LANG: 'C' },
  });
  expect(verified.toString()).toContain('nothing altered, nothing missing');

  const second = await start();
  expect(second.demo.accounts).toEqual(demo.accounts);
  expect(second.demo.targets).toEqual(demo.targets);
  const auditor = await signIn(second.demo, 'auditor');
  const sessions = (await auditor.get('/api/v1/sessions')) as unknown[];
  expect(sessions).toHaveLength(2);
  expect(await interrupt(second)).toBe(0);
}, 240_000);
