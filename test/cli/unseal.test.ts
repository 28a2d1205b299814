// The ceremony as people go through it: the head appoints custodians, somebody types a password on a target, an auditor
// asks, two custodians come by one after the other with their own identities, and only that auditor reads it, for a day.

import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXIT } from '../../bastion/cli/usage.ts';
import { ApiClient } from '../support/api-client.ts';
import { command, start } from '../support/command-line.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';

const SECRET = 'correct horse battery';
let site: TestInstallation;
let folder: string;
let session: string;
let unsealing: string;
let auditor: ApiClient;

interface Event {
  readonly kind: string;
  readonly keys?: number;
  readonly data?: string | null;
}

beforeAll(async () => {
  site = await startInstallation();
  folder = join(site.folder.path, 'custodians');
  mkdirSync(folder);
  await site.invite({ name: 'second', displayName: '次审', role: 'auditor', vendor: null });
  const head = await ApiClient.signIn(site, 'head');
  auditor = await ApiClient.signIn(site, 'auditor');
  const people = (await auditor.get('/api/v1/accounts')).body as { person: { id: string; name: string } }[];
  for (const name of ['section', 'head', 'second']) {
    const made = await command('custodian', '--out', join(folder, name));
    expect(made.code, made.stderr).toBe(0);
    const account = people.find(({ person }) => person.name === name)?.person.id ?? '';
    const body = { account, recipient: made.stdout.trim(), code: site.code('head') };
    expect((await head.post('/api/v1/custodians', body)).status).toBe(200);
  }
  await site.approvedTicket({ kinds: ['shell'] });
  await site.running.supervisor.look();
  const answers = { password: PASSWORD, code: site.code('engineer') };
  const run = ssh(['-tt', '-p', String(site.sshPort), 'engineer@127.0.0.1'], answers, { TERM: 'xterm' });
  run.child.stdin.write("read -s -p 'pass''word: ' x; exit\n");
  await run.until((text) => text.includes('password: '));
  run.child.stdin.write(`${SECRET}\n`);
  await run.exit;
  session = ((await auditor.get('/api/v1/sessions')).body as { id: string }[])[0]?.id ?? '';
});
afterAll(() => site.stop());

const replay = async (client: ApiClient) =>
  (await client.get(`/api/v1/sessions/${session}/replay`)).body as { keys: string; events: readonly Event[] };

const textOf = (events: readonly Event[], kind: string): string =>
  events
    .filter((event) => event.kind === kind)
    .map(({ data }) => Buffer.from(data ?? '', 'base64').toString())
    .join('');

async function accountOf(name: string): Promise<string> {
  const people = (await auditor.get('/api/v1/accounts')).body as { person: { id: string; name: string } }[];
  return people.find(({ person }) => person.name === name)?.person.id ?? '';
}

/** A custodian at their own machine. */
function gives(name: string, identity = name, rest: readonly string[] = [unsealing]) {
  const options = ['--server', site.running.web, '--name', name, '--identity', join(folder, identity)];
  const { child, ended } = start(['unseal', ...options, ...rest]);
  child.stdin?.end(`${PASSWORD}\n${site.code(name)}\n`);
  return ended;
}

test('an identity is readable by its owner only, and no file is written over', async () => {
  expect(statSync(join(folder, 'section')).mode & 0o777).toBe(0o600);
  const before = readFileSync(join(folder, 'section'), 'utf8');
  const again = await command('custodian', '--out', join(folder, 'section'));
  expect(again.code).toBe(77);
  expect(again.stderr).toContain('was not changed');
  expect(readFileSync(join(folder, 'section'), 'utf8')).toBe(before);
});

test('a key that was written down wrongly is not appointed: it would keep every session shut', async () => {
  const head = await ApiClient.signIn(site, 'head');
  const right = readFileSync(join(folder, 'section'), 'utf8').match(/age1\S+/)?.[0] ?? '';
  const mistyped = `${right.slice(0, -1)}${right.endsWith('q') ? 'p' : 'q'}`;
  // The point of order one: well spelled, and no key.
  const zero = `age1${'q'.repeat(52)}`;
  for (const recipient of [mistyped, `${zero}5cu47z`, 'age1', '']) {
    const body = { account: await accountOf('section'), recipient, code: site.code('head') };
    const answer = await head.post('/api/v1/custodians', body);
    expect(answer.status, recipient).toBe(400);
  }
});

test('no password goes to a server over a network in clear, nor to what is no server', async () => {
  const options = ['--name', 'section', '--identity', join(folder, 'section')];
  const clear = await command('unseal', ...options, '--server', 'http://192.0.2.1:8080');
  expect(clear).toMatchObject({ code: EXIT.usage, stderr: expect.stringContaining('no password is sent there') });
  for (const server of ['sluice', 'ftp://127.0.0.1', '://']) {
    const { code, stderr } = await command('unseal', ...options, '--server', server);
    expect(code, stderr).toBe(EXIT.usage);
    expect(stderr).toContain('is no server');
  }
  const gone = ['--name', 'section', '--identity', join(folder, 'gone'), '--server', site.running.web];
  expect((await command('unseal', ...gone)).stderr).toContain('cannot be read (ENOENT)');
});

test('an auditor sees how many keys were hidden, and not which (R42)', async () => {
  const { keys, events } = await replay(auditor);
  expect(keys).toBe('sealed');
  expect(events.some(({ kind }) => kind === 'input')).toBe(false);
  expect(events).toContainEqual(expect.objectContaining({ kind: 'typed', keys: SECRET.length + 1, data: null }));
  expect(JSON.stringify(events)).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 16));
});

test('asking is on record and waits for two custodians (R22)', async () => {
  const from = await evidenceSize(site);
  const body = { reason: '核对一次口令误用', code: site.code('auditor') };
  const asked = await auditor.post(`/api/v1/sessions/${session}/unsealings`, body);
  expect(asked).toMatchObject({ status: 200, body: { state: 'waiting', threshold: 2, shares: [] } });
  unsealing = (asked.body as { id: string }).id;
  expect(await evidence(site, from)).toMatchObject([
    {
      type: 'unsealing.asked',
      actor: { name: 'auditor' },
      details: { session, unsealing, threshold: 2, custodians: 3 },
    },
  ]);
  const twice = await auditor.post(`/api/v1/sessions/${session}/unsealings`, { ...body, code: site.code('auditor') });
  expect(twice).toMatchObject({ status: 409, body: { code: 'unsealing.asked-before' } });
});

test('a custodian sees what waits for them, and another identity gives nothing', async () => {
  const listed = await gives('section', 'section', []);
  expect(listed.stdout).toContain(unsealing);
  expect(listed.stdout).toContain('核对一次口令误用');
  const wrong = await gives('section', 'head');
  expect(wrong.code).toBe(77);
  expect(wrong.stderr).toContain('sealed to another one');
});

test('the release of a share is on record before it is given; one custodian is not enough (R22)', async () => {
  const from = await evidenceSize(site);
  const first = await gives('section');
  expect(first.stdout).toContain('another custodian is needed');
  const types = (await evidence(site, from)).map(({ type }) => type);
  expect(types.filter((type) => type.startsWith('unsealing.'))).toEqual([
    'unsealing.share-released',
    'unsealing.share-received',
  ]);
  expect((await replay(auditor)).keys).toBe('sealed');
});

test('the second custodian, on another day, opens it for the auditor who asked and nobody else (R22)', async () => {
  site.clock.push(26 * 3_600_000);
  auditor = await ApiClient.signIn(site, 'auditor');
  const done = await gives('head');
  expect(done.stdout).toContain('the session is unsealed now');
  const from = await evidenceSize(site);
  const mine = await replay(auditor);
  expect(mine.keys).toBe('unsealed');
  expect(textOf(mine.events, 'input')).toContain(`${SECRET}\n`);
  expect((await evidence(site, from)).map(({ type }) => type)).toContain('unsealing.read');
  const theirs = await replay(await ApiClient.signIn(site, 'second'));
  expect(theirs.keys).toBe('sealed');
  expect(textOf(theirs.events, 'input')).toBe('');
});

test('a third share is not taken, and after a day it is closed again (R22)', async () => {
  expect((await gives('second')).stderr).toContain('no share is needed any more');
  site.clock.push(25 * 3_600_000);
  auditor = await ApiClient.signIn(site, 'auditor');
  expect((await replay(auditor)).keys).toBe('sealed');
});

test('who asks gives no share, not even through the database (R8)', async () => {
  const second = await ApiClient.signIn(site, 'second');
  const body = { reason: '复核', code: site.code('second') };
  const asked = (await second.post(`/api/v1/sessions/${session}/unsealings`, body)).body as { id: string };
  const own = await second.post(`/api/v1/unsealings/${asked.id}/capsule`);
  expect(own).toMatchObject({ status: 403, body: { code: 'duty.shares-own-unsealing' } });
  const forged = site.running.database.transaction(async (tx) => {
    const row = await tx.selectFrom('unsealing').selectAll().where('reason', '=', '复核').executeTakeFirstOrThrow();
    const share = { recipient: 'age1', released_at: 1, received_at: null, share: null };
    await tx
      .insertInto('unsealing_share')
      .values({ ...share, unsealing_id: row.id, requester_id: row.requester_id, account_id: row.requester_id })
      .execute();
  });
  await expect(forged).rejects.toThrow(/constraint/i);
});

test('a custodian who leaves is none any more; what is recorded then is sealed to the others (R10)', async () => {
  const admin = await ApiClient.signIn(site, 'admin');
  const people = (await admin.get('/api/v1/accounts')).body as { person: { id: string; name: string } }[];
  const second = people.find(({ person }) => person.name === 'second')?.person.id ?? '';
  await admin.post(`/api/v1/accounts/${second}/depart`, { reason: '合同终止', code: site.code('admin') });
  const left = (await auditor.get('/api/v1/custodians')).body as { person: { name: string } }[];
  expect(left.map(({ person }) => person.name)).toEqual(['section', 'head']);
});
