// The tools that engineers use, through the whole product, all over one shared connection (ControlMaster): scp -O,
// rsync, git, ansible, and what VS Code Remote does.

import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FileTerms } from '../../store/core/channel-terms.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { freePort } from '../support/free-port.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { PLAIN, type SshRun, ssh } from '../support/openssh.ts';
import { type PeerBehind, peerBehind } from '../support/peers-behind.ts';

const HOST = '127.0.0.1';
let site: TestInstallation;
let echo: PeerBehind;
let master: SshRun;
let control: string;
let ticketsSoFar = 0;
let ticket: { readonly id: string };
const folder = mkdtempSync(join(tmpdir(), 'sluice-tools-'));
const here = (...path: string[]) => join(folder, ...path);

beforeAll(async () => {
  site = await startInstallation();
  echo = await peerBehind((socket) => socket.pipe(socket));
  await share({ rights: ['list', 'download', 'upload', 'delete'], paths: [] });
});
afterAll(async () => {
  master.child.kill();
  echo.stop();
  await site.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A new ticket on these terms instead of the last one, and a signed-in connection for all tools. */
async function share(files: FileTerms) {
  if (ticket !== undefined) {
    master.child.kill();
    await master.exit;
    await site.running.services.tickets.withdraw(await site.signIn('engineer'), ticket.id);
  }
  ticket = await site.approvedTicket({ files, destinations: [{ host: HOST, port: echo.port }] });
  control = here(`c${ticketsSoFar}`);
  ticketsSoFar += 1;
  const answers = { password: PASSWORD, code: site.code('engineer') };
  master = ssh(['-v', '-M', '-N', '-S', control, '-p', String(site.sshPort), `engineer@${HOST}`], answers);
  await master.until((text) => text.includes('Entering interactive session'));
}

interface Ran {
  readonly code: number;
  readonly text: string;
}

function tool(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { PATH: '/usr/bin:/bin', HOME: folder, LC_ALL: 'C.UTF-8', ...env } };
    execFile(program, args, options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), text: stdout + stderr }),
    );
  });
}

/** What tools that call ssh themselves are told to call. */
const sshLine = () => ['ssh', ...PLAIN, '-o', `ControlPath=${control}`, '-p', String(site.sshPort)].join(' ');
const scp = (...args: string[]) =>
  tool('/usr/bin/scp', ['-O', ...PLAIN, '-o', `ControlPath=${control}`, '-P', String(site.sshPort), ...args]);
const rsync = (...args: string[]) => tool('/usr/bin/rsync', ['-a', '-e', sshLine(), ...args]);
const far = (path: string) => `engineer@${HOST}:${path}`;

function someFiles(name: string): string {
  mkdirSync(here(name, 'below'), { recursive: true });
  writeFileSync(here(name, '中文 名.bin'), randomBytes(300_000));
  writeFileSync(here(name, 'below', 'empty'), '');
  return here(name);
}

const sums = (name: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(name, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name: file }) => [
        join(parentPath, file).slice(name.length),
        createHash('sha256')
          .update(readFileSync(join(parentPath, file)))
          .digest('hex'),
      ])
      .sort(),
  );

test('scp -O copies there and back (R37)', async () => {
  const from = someFiles('scp-from');
  expect(await scp('-r', '-p', from, far(here('scp-there')))).toMatchObject({ code: 0 });
  expect(await scp('-r', '-p', far(here('scp-there')), here('scp-back'))).toMatchObject({ code: 0 });
  expect(sums(here('scp-back'))).toEqual(sums(from));
});

test('rsync copies there and back, and deletes what is gone (R37)', async () => {
  const from = someFiles('rsync-from');
  expect(await rsync(`${from}/`, far(here('rsync-there')))).toMatchObject({ code: 0 });
  writeFileSync(here('rsync-there', 'extra'), 'x');
  expect(await rsync('--delete', '--checksum', `${from}/`, far(here('rsync-there')))).toMatchObject({ code: 0 });
  expect(await rsync(`${far(here('rsync-there'))}/`, here('rsync-back'))).toMatchObject({ code: 0 });
  expect(sums(here('rsync-back'))).toEqual(sums(from));
});

test('git clones, pushes and fetches (R37)', async () => {
  const env = {
    GIT_SSH_COMMAND: sshLine(),
    GIT_CONFIG_GLOBAL: '/dev/null',
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) => [
        [`GIT_${who}_NAME`, 'lin'],
        [`GIT_${who}_EMAIL`, 'lin@example.org'],
      ]),
    ),
  };
  const git = async (...args: string[]) => expect(await tool('/usr/bin/git', args, env)).toMatchObject({ code: 0 });
  await git('init', '-q', '--bare', here('repo.git'));
  await git('clone', '-q', `ssh://engineer@${HOST}${here('repo.git')}`, here('clone'));
  writeFileSync(here('clone', 'big'), randomBytes(500_000));
  await git('-C', here('clone'), 'add', '.');
  await git('-C', here('clone'), 'commit', '-q', '-m', 'big');
  await git('-C', here('clone'), 'push', '-q', 'origin', 'HEAD');
  await git('clone', '-q', `ssh://engineer@${HOST}${here('repo.git')}`, here('again'));
  expect(readFileSync(here('again', 'big')).equals(readFileSync(here('clone', 'big')))).toBe(true);
});

test('ansible pings and copies (R37)', async () => {
  writeFileSync(here('inventory'), `site ansible_host=${HOST} ansible_port=${site.sshPort} ansible_user=engineer\n`);
  writeFileSync(here('motd'), '今晚维护\n');
  const env = {
    ANSIBLE_SSH_ARGS: `${PLAIN.join(' ')} -o ControlPath=${control}`,
    ANSIBLE_SSH_TRANSFER_METHOD: 'piped',
    ANSIBLE_REMOTE_TMP: here('.ansible'),
    ANSIBLE_PYTHON_INTERPRETER: '/usr/bin/python3',
    ANSIBLE_HOST_KEY_CHECKING: 'False',
  };
  const ansible = (...args: string[]) => tool('/usr/bin/ansible', ['-i', here('inventory'), 'site', ...args], env);
  expect(await ansible('-m', 'ping')).toMatchObject({ code: 0, text: expect.stringContaining('pong') });
  const copied = await ansible('-m', 'copy', '-a', `src=${here('motd')} dest=${here('motd.there')}`);
  expect(copied).toMatchObject({ code: 0 });
  expect(readFileSync(here('motd.there'), 'utf8')).toBe('今晚维护\n');
}, 60_000);

test('an editor’s connection: a server by a command, a forwarded port to it, more commands beside (R37)', async () => {
  const local = await freePort();
  const shared = (...args: string[]) =>
    ssh([
      '-o',
      `ControlPath=${control}`,
      '-p',
      String(site.sshPort),
      ...args.slice(0, -1),
      `engineer@${HOST}`,
      ...args.slice(-1),
    ]);
  const server = shared('echo listening; cat');
  await server.until((text) => text.includes('listening'));
  const forward = await shared('-O', 'forward', '-L', `${HOST}:${local}:${HOST}:${echo.port}`, '').exit;
  expect(forward.code).toBe(0);
  const answers = await Promise.all(
    Array.from({ length: 4 }, async (_, index) => {
      const socket = connect({ host: HOST, port: local, allowHalfOpen: true });
      socket.end(`request ${index}`);
      let text = '';
      for await (const piece of socket) text += String(piece);
      const beside = await shared(`echo command ${index}`).exit;
      return [text, beside.stdout.toString()];
    }),
  );
  expect(answers).toEqual(Array.from({ length: 4 }, (_, index) => [`request ${index}`, `command ${index}\n`]));
  server.child.stdin.end('bye');
  expect((await server.exit).stdout.toString()).toBe('listening\nbye');
});

test.each([
  [
    { rights: ['upload'], paths: [] },
    'does not agree to downloading files (scp)',
    'does not agree to deleting files (rsync)',
    'up',
  ],
  [
    { rights: ['download'], paths: [] },
    'does not agree to uploading files (scp)',
    'does not agree to uploading, deleting files (rsync)',
    'down',
  ],
  [
    { rights: ['download', 'upload', 'delete'], paths: ['/srv'] },
    'use sftp, or scp without -O',
    'which rsync cannot be held to',
    'none',
  ],
] as const)(
  'a ticket with %j refuses the rest in words, on record (R2, R27, B1)',
  async (files, byScp, byRsync, allowed) => {
    await share(files);
    const from = await evidenceSize(site);
    const source = someFiles(`some-${allowed}`);
    const up = await scp('-r', source, far(here(`${allowed}-there`)));
    const down = await scp('-r', far(source), here(`${allowed}-back`));
    expect([up.code === 0, down.code === 0]).toEqual([allowed === 'up', allowed === 'down']);
    expect(up.text + down.text).toContain(byScp);
    const deleting = await rsync('--delete', `${source}/`, far(here(`${allowed}-rsync`)));
    expect(deleting.code).not.toBe(0);
    expect(deleting.text).toContain(byRsync);
    const refused = (await evidence(site, from)).filter(({ type }) => type === 'access.refused');
    expect(refused.length).toBe(allowed === 'none' ? 3 : 2);
  },
);
