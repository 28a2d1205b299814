import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadKeys } from '../../bastion/cli/data-folder.ts';
import { readRecording } from '../../recordings/read/read-recording.ts';
import { unwrapTrackKey } from '../../recordings/storage/recording-keys.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ssh } from '../support/openssh.ts';
import { accepts } from '../support/sshd.ts';

let site: TestInstallation;

beforeAll(async () => {
  site = await startInstallation();
});
afterAll(() => site.stop());

const through = (args: readonly string[], env?: Record<string, string>, name = 'engineer') =>
  ssh([...args.slice(0, -1), '-p', String(site.sshPort), `${name}@127.0.0.1`, ...args.slice(-1)], answers(), env);

const answers = () => ({ password: PASSWORD, code: site.code('engineer') });

/** What the recording of a session holds, track by track. */
async function recorded(session: string) {
  const key = loadKeys(site.folder).records;
  const bytes = { output: '', 'error-output': '', input: '' };
  for await (const event of readRecording(`${site.folder.recordings}/${session}`, (header) =>
    unwrapTrackKey(key, header),
  )) {
    if ('bytes' in event) bytes[event.kind] += event.bytes.toString('latin1');
  }
  return bytes;
}

async function lastSession() {
  const auditor = await site.signIn('auditor');
  const [session] = await site.running.services.sessionLog.list(auditor, {});
  if (session === undefined) throw new Error('expected a session, found none');
  return session;
}

test('nothing listens before the head has approved (R1)', async () => {
  const { id, read } = await site.submittedTicket();
  await site.running.supervisor.look();
  expect(await accepts(site.sshPort)).toBe(false);
  const refused = await through(['true']).exit;
  expect(refused.code).toBe(255);
  expect(refused.stderr.toString()).toContain('Connection refused');
  const head = await site.signIn('head');
  await site.running.services.tickets.approve(head, await site.fresh(head, 'ticket.approve'), id, read);
  await site.running.supervisor.look();
  expect(await accepts(site.sshPort)).toBe(true);
});

test('a command gives what a direct connection gives, and the recording holds the same bytes (R17)', async () => {
  const command = 'cat; printf "wrong \\377\\n" >&2; exit 9';
  const typed = Buffer.from('line\u4e2d\n\0\xfe', 'latin1');
  const run = through([command]);
  run.child.stdin.end(typed);
  const { sshd } = site;
  const direct = ssh(['-i', sshd.privateKeyFile, '-p', String(sshd.port), `${sshd.login}@127.0.0.1`, command]);
  direct.child.stdin.end(typed);
  const [one, two] = await Promise.all([run.exit, direct.exit]);
  expect(one).toEqual(two);
  expect(one.code).toBe(9);
  const session = await lastSession();
  expect(session).toMatchObject({ kind: 'exec', via: 'ssh', endReason: 'finished', exitStatus: 9, command });
  expect(await recorded(session.id)).toEqual({
    output: one.stdout.toString('latin1'),
    'error-output': one.stderr.toString('latin1'),
    input: typed.toString('latin1'),
  });
});

test('a shell works, and its recording holds every byte that was seen and typed (R17)', async () => {
  const run = through(['-tt'].concat(''), { TERM: 'xterm-256color' });
  const typed = 'echo $((20+3)) 闸口; exit 4\n';
  run.child.stdin.write(typed);
  const { code, stdout } = await run.exit;
  expect(code).toBe(4);
  expect(stdout.toString()).toContain('23 闸口');
  const session = await lastSession();
  const bytes = await recorded(session.id);
  expect(bytes.output).toBe(stdout.toString('latin1'));
  expect(bytes.input).toBe(Buffer.from(typed).toString('latin1'));
});

test('an unknown or ambiguous target lists what may be opened, and opens nothing (R2)', async () => {
  const before = await lastSession();
  const { code, stderr } = await through(['true'], { LANG: 'C' }, 'engineer+nowhere').exit;
  expect(code).toBe(77);
  expect(stderr.toString()).toContain('app');
  expect((await lastSession()).id).toBe(before.id);
});

test.each(['engineer+', '+', 'a+b+c+d', 'engineer+app\u202e', 'engineer++x', "eng';drop", '.'.repeat(300)])(
  'the user name %j signs nobody in (R43)',
  async (name) => {
    const { code, stdout } = await through(['echo in'], {}, name).exit;
    expect(code).toBe(255);
    expect(stdout.toString()).toBe('');
  },
);

test('when the window ends the client is told and cut, and the port closes (R1)', async () => {
  const engineer = await site.signIn('engineer');
  for (const { id } of await site.running.services.tickets.list(engineer, { open: true })) {
    await site.running.services.tickets.withdraw(engineer, id);
  }
  await site.approvedTicket({ windowMs: 65_000 });
  const run = through(['-tt'].concat(''), { LANG: 'en_US.UTF-8' });
  run.child.stdin.write('echo live-$((1+1))\n');
  await run.until((text) => text.includes('live-2'));
  // The machine's clock moves to the window's last second; the gate follows it.
  site.clock.push(64_000);
  await site.running.supervisor.look();
  const { code, stdout } = await run.exit;
  expect(code).toBe(75);
  expect(stdout.toString()).toContain('the window has ended');
  await site.running.supervisor.look();
  expect(await accepts(site.sshPort)).toBe(false);
  expect(await lastSession()).toMatchObject({ endReason: 'window-ended' });
});
