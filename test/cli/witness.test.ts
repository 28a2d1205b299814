// The witness as a program of its own, beside a real server: over HTTP, and with files carried by hand (R19, R24, B12).

import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { EXIT } from '../../bastion/cli/usage.ts';
import { command, type RunningCommand, start } from '../support/command-line.ts';
import { FOUNDERS } from '../support/founders.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Stage {
  readonly data: string;
  readonly log: string;
  readonly state: string;
}

/** A data folder that is set up, and a folder for a witness. */
async function stage(): Promise<Stage> {
  const data = join(temporaryFolder(), 'data');
  const made = await command('init', '--data', data, ...FOUNDERS);
  expect(made.stderr).toBe('');
  return { data, log: join(data, 'evidence/log.vkey'), state: join(temporaryFolder(), 'witness') };
}

async function startWitness({ state, log }: Stage, port = 0) {
  const witness = start(['witness', '--state', state, '--log', log, '--name', 'w.example', '--port', String(port)]);
  onTestFinished(() => void witness.child.kill('SIGKILL'));
  const said = await witness.until((stdout) => stdout.includes('answers at'));
  const [verifierKey = '', line = ''] = said.split('\n');
  return { ...witness, verifierKey, url: line.split(' ').at(-1) ?? '' };
}

function settings({ data }: Stage, more: object): void {
  const file = join(data, 'sluice.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...more }));
}

function serve({ data }: Stage): Promise<RunningCommand> {
  const server = start(['serve', '--data', data, '--http', '0', '--ssh', '0']);
  onTestFinished(() => void server.child.kill('SIGKILL'));
  return server.until((stdout) => stdout.includes('serves')).then(() => server);
}

/** Asks again until it is so; a file of another process says nothing when it changes. */
async function until<T>(ask: () => Promise<T>, satisfied: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (satisfied(answer)) return answer;
  }
}

test('a server brings its checkpoints to the witness, and verify counts on that (R19, R24)', async () => {
  const at = await stage();
  const witness = await startWitness(at);
  writeFileSync(join(at.data, 'policy'), `witness W ${witness.verifierKey} ${witness.url}\nquorum W\n`);
  settings(at, { 'evidence.policy': 'policy', 'evidence.witnessSeconds': 1 });
  const server = await serve(at);
  const check = await until(
    () => command('check', '--data', at.data),
    ({ stdout }) => /W +\d+ leaves, 20/.test(stdout),
  );
  expect(check.stdout).toMatch(/enough of them have cosigned [1-9]\d* leaves/);
  server.child.kill('SIGTERM');
  await server.ended;
  const logKey = readFileSync(at.log, 'utf8').trim();
  writeFileSync(join(at.data, '../keys.txt'), `log ${logKey}\nwitness W ${witness.verifierKey}\nquorum W\n`);
  const verified = await command('verify', '--data', at.data, '--policy', join(at.data, '../keys.txt'));
  expect(verified.stdout).toMatch(/witness +W: has cosigned \d+ leaves/);
  expect(verified.stdout).toMatch(/witnessed +\d+ leaves, as the policy asks/);
  expect(verified.code).toBe(EXIT.ok);
});

test('a witness without a network is asked and answers in files (R19)', async () => {
  const at = await stage();
  const keyed = start(['witness', '--state', at.state, '--log', at.log, '--name', 'safe.example', '--port', '0']);
  const [verifierKey = ''] = (await keyed.until((stdout) => stdout.includes('answers at'))).split('\n');
  const sign = (request: string) => command('witness', 'sign', '--state', at.state, '--log', at.log, request);
  const file = (name: string, content: string): string => {
    const path = join(at.data, '..', name);
    writeFileSync(path, content);
    return path;
  };
  writeFileSync(join(at.data, 'policy'), `witness safe ${verifierKey}\nquorum safe\n`);
  settings(at, { 'evidence.policy': 'policy' });
  const request = await command('checkpoint', 'request', 'safe', '--data', at.data);
  expect(request).toMatchObject({ code: EXIT.ok, stdout: expect.stringMatching(/^old 0\n\nsluice\//) });
  // One state, one process: two could cosign two histories.
  expect(await sign(file('request', request.stdout))).toMatchObject({ code: EXIT.refused });
  keyed.child.kill('SIGTERM');
  await keyed.ended;
  const answer = await sign(file('request', request.stdout));
  expect(answer).toMatchObject({ code: EXIT.ok, stdout: expect.stringMatching(/^— safe\.example \S+\n$/) });
  const take = (name: string) => command('checkpoint', 'take', 'safe', name, '--data', at.data);
  expect(await take(file('answer', answer.stdout))).toMatchObject({
    code: EXIT.ok,
    stdout: expect.stringMatching(/kept: safe/),
  });
  expect(await take(file('answer', answer.stdout.replace(/.{9}\n$/, 'AAAAAAAA=\n')))).toMatchObject({
    code: EXIT.refused,
  });
  const verified = await command('verify', '--data', at.data, '--policy', join(at.data, 'policy'));
  expect(verified).toMatchObject({ code: EXIT.ok, stdout: expect.stringMatching(/witness +safe: has cosigned/) });
  // Asked as if it had seen nothing, it says what it has seen.
  const again = await command('checkpoint', 'request', 'safe', '--old', '0', '--data', at.data);
  expect(await sign(file('request', again.stdout))).toMatchObject({
    code: EXIT.refused,
    stderr: expect.stringMatching(/--old \d+/),
  });
  const next = await command('checkpoint', 'request', 'safe', '--data', at.data);
  expect(await sign(file('request', next.stdout))).toMatchObject({ code: EXIT.ok });
});

test('a witness that is killed knows what it cosigned (R19, B12)', async () => {
  const at = await stage();
  const ask = (url: string, body: string) => fetch(`${url}/add-checkpoint`, { method: 'POST', body });
  const first = await startWitness(at);
  writeFileSync(join(at.data, 'policy'), `witness W ${first.verifierKey}\nquorum W\n`);
  settings(at, { 'evidence.policy': 'policy' });
  const request = (await command('checkpoint', 'request', 'W', '--data', at.data)).stdout;
  expect((await ask(first.url, request)).status).toBe(200);
  first.child.kill('SIGKILL');
  await first.ended;
  const second = await startWitness(at);
  expect(second.verifierKey).toBe(first.verifierKey);
  const conflict = await ask(second.url, request);
  expect([conflict.status, conflict.headers.get('content-type')]).toEqual([409, 'text/x.tlog.size']);
  expect(await conflict.text()).toMatch(/^[1-9]\d*\n$/);
});

test('over HTTP it takes one kind of request, and no long or endless one', async () => {
  const at = await stage();
  const { url } = await startWitness(at);
  const status = async (path: string, init: RequestInit) => (await fetch(url + path, init)).status;
  expect(await status('/', { method: 'POST', body: '' })).toBe(404);
  expect(await status('/add-checkpoint', {})).toBe(405);
  expect(await status('/add-checkpoint', { method: 'POST', body: 'old 0\n\nnonsense\n' })).toBe(400);
  expect(await status('/add-checkpoint', { method: 'POST', body: 'x'.repeat(20_000) })).toBe(413);
  const endless = connect(Number(new URL(url).port), '127.0.0.1');
  endless.on('error', () => {});
  const closed = new Promise((resolve) => endless.once('close', resolve));
  endless.write('POST /add-checkpoint HTTP/1.1\r\nhost: w\r\ntransfer-encoding: chunked\r\n\r\n');
  const chunk = `1000\r\n${'y'.repeat(4096)}\r\n`;
  endless.write(chunk.repeat(50));
  endless.resume();
  await closed;
  expect(await status('/add-checkpoint', {})).toBe(405);
});

test.each([
  [['witness'], '--state is missing'],
  [['witness', '--state', '/tmp/none'], '--log is missing'],
  [['witness', '--state', '/tmp/none', '--log', '/nowhere'], '/nowhere cannot be read (ENOENT)'],
  [['witness', 'cosign', '--state', '/tmp/none', '--log', '/nowhere'], 'witness sign REQUEST'],
])('%j is a mistake on the command line, and named as one', async (args, words) => {
  const { code, stderr } = await command(...args);
  expect(stderr).toContain(words);
  expect(code).toBe(EXIT.usage);
});

test.each([
  ['nowhere', 'cannot be read'],
  ['bad', 'line 1: expected log, witness, group or quorum'],
])('a policy file %s stops the server with a sentence, and check says so before', async (name, words) => {
  const at = await stage();
  writeFileSync(join(at.data, 'bad'), 'nonsense\n');
  settings(at, { 'evidence.policy': name });
  expect(await command('serve', '--data', at.data)).toMatchObject({
    code: EXIT.settings,
    stderr: expect.stringContaining(words),
  });
  expect(await command('check', '--data', at.data)).toMatchObject({
    code: EXIT.problem,
    stdout: expect.stringContaining(words),
  });
});
