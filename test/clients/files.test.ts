// The file tools that engineers use beside OpenSSH's and PuTTY's (test/wire/sftp, test/wire/tools), each through the whole
// product: there and back, with the hash of every file in the evidence.

import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { type KeyLogin, startWithKey } from '../support/key-login.ts';
import { PLAIN } from '../support/openssh.ts';
import { runProgram } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let login: KeyLogin;

beforeAll(async () => {
  login = await startWithKey({ files: { rights: ['list', 'download', 'upload', 'delete'], paths: [] } });
});
afterAll(() => login.stop());

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const sorted = (hashes: Iterable<unknown>) => [...hashes].sort();

/** A folder of files that are neither small nor round, some in Chinese. */
function someFiles() {
  const folder = temporaryFolder();
  mkdirSync(join(folder, '下级/empty folder'), { recursive: true });
  const contents = {
    'a.bin': randomBytes(2_500_001),
    '下级/清单 2026.txt': randomBytes(70_000),
    '下级/one': randomBytes(1),
  };
  for (const [name, bytes] of Object.entries(contents)) writeFileSync(join(folder, name), bytes);
  return { folder, hashes: sorted(Object.values(contents).map(sha256)) };
}

const hashesBelow = (folder: string) =>
  sorted(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => sha256(readFileSync(join(parentPath, name)))),
  );

/** The hashes of whole files in the evidence since then, by which way they went, once every session has ended. */
async function onRecord(from: number) {
  const ended = async () => {
    const events = await evidence(login.site, from);
    const count = (type: string) => events.filter((event) => event.type === type).length;
    return count('session.opened') - count('session.ended');
  };
  await expect.poll(ended, { timeout: 20_000 }).toBe(0);
  const closed = (await evidence(login.site, from))
    .filter(({ type }) => type === 'file.closed')
    .map(({ details }) => details);
  const went = (way: 'read' | 'written') =>
    sorted(
      closed.filter((details) => details.complete === true && details[way] !== 0).map((details) => details.sha256),
    );
  return { up: went('written'), down: went('read') };
}

const run = async (program: string, args: readonly string[], env: Record<string, string> = {}) => {
  const ran = await runProgram(program, args, { env: { HOME: login.folder, ...env }, cwd: login.folder });
  expect(ran.code, `${program} ${args.join(' ')}: ${ran.said}`).toBe(0);
  return ran.stdout.toString();
};

const python = (name: string) => [
  join(import.meta.dirname, `${name}-client.py`),
  login.keyFile,
  String(login.site.sshPort),
];

test.each(['paramiko', 'asyncssh'])('%s: sftp there and back (R17, R37)', async (name) => {
  const from = await evidenceSize(login.site);
  const [here, there] = [temporaryFolder(), temporaryFolder()];
  const content = randomBytes(3_000_003);
  writeFileSync(join(here, 'a.bin'), content);
  await run('/usr/bin/python3', [...python(name), 'sftp', join(here, 'a.bin'), there]);
  expect(readFileSync(join(here, 'a.bin.back')).equals(content)).toBe(true);
  expect(readdirSync(there)).toEqual([]);
  const { up, down } = await onRecord(from);
  expect(up).toEqual([sha256(content)]);
  expect(down).toContain(sha256(content));
});

test('lftp: a folder mirrored there and back, then removed (R17, R37)', async () => {
  const from = await evidenceSize(login.site);
  const [{ folder, hashes }, there, back] = [someFiles(), temporaryFolder(), temporaryFolder()];
  const lines = [
    'set net:max-retries 1',
    `set sftp:connect-program "${login.sshLine} -a -x"`,
    `open -p ${login.site.sshPort} -u engineer, sftp://127.0.0.1`,
    `mirror -R --parallel=3 ${folder} ${there}/copy`,
    `mirror --parallel=3 ${there}/copy ${back}`,
    `rm -r ${there}/copy`,
  ];
  await run('/usr/bin/lftp', ['--norc', '-c', `set cmd:fail-exit yes; ${lines.join('; ')}`]);
  expect(hashesBelow(back)).toEqual(hashes);
  expect(readdirSync(there)).toEqual([]);
  expect(await onRecord(from)).toEqual({ up: hashes, down: hashes });
});

test('rclone: copied, checked by content, synchronised back (R17, R37)', async () => {
  const from = await evidenceSize(login.site);
  const [{ folder, hashes }, there, back] = [someFiles(), temporaryFolder(), temporaryFolder()];
  const env = {
    RCLONE_CONFIG: '/dev/null',
    RCLONE_CONFIG_SITE_TYPE: 'sftp',
    RCLONE_CONFIG_SITE_HOST: '127.0.0.1',
    RCLONE_CONFIG_SITE_PORT: String(login.site.sshPort),
    RCLONE_CONFIG_SITE_USER: 'engineer',
    RCLONE_CONFIG_SITE_KEY_FILE: login.keyFile,
  };
  const rclone = (...args: string[]) => run('/usr/bin/rclone', ['--retries', '1', ...args], env);
  await rclone('copy', folder, `site:${there}`);
  await rclone('check', folder, `site:${there}`);
  await rclone('check', '--download', folder, `site:${there}`);
  await rclone('sync', `site:${there}`, back);
  await rclone('purge', `site:${there}/下级`);
  expect(hashesBelow(back)).toEqual(hashes);
  expect(readdirSync(there)).toEqual(['a.bin']);
  const { up, down } = await onRecord(from);
  expect(up).toEqual(hashes);
  expect(new Set(down)).toEqual(new Set(hashes));
});

/** What programs do to files that they believe to be here. */
const LOCAL_WORK = `
cd "$1"
dd if=/dev/zero of=a.bin bs=1000 seek=777 count=9 conv=notrunc status=none
echo 追加 >> a.bin
mv a.bin a.bin.moved
rm -r 下级
`;

test('sshfs where FUSE is available: a mounted folder that programs work in (R17, R37)', async () => {
  const from = await evidenceSize(login.site);
  const [{ folder, hashes }, there] = [someFiles(), temporaryFolder()];
  const { port, privateKeyFile, login: root } = login.site.sshd;
  const direct = await mount(['ssh', ...PLAIN, '-i', privateKeyFile, '-p', String(port)].join(' '), root, there);
  if (typeof direct === 'string') {
    // As in most containers. The same sort of work, then, by a client that needs no mount: a piece here, a piece there.
    console.log(`sshfs cannot mount here, directly to the target neither (${direct}); paramiko does the work instead`);
    await run('/usr/bin/python3', [...python('paramiko'), 'pieces', there]);
    expect((await onRecord(from)).up).toEqual([sha256(readFileSync(join(there, 'pieces')))]);
    return;
  }
  await direct.unmount();
  const mounted = await mount(login.sshLine, 'engineer', there);
  if (typeof mounted === 'string') throw new Error(`expected the mount that works directly, got ${mounted}`);
  try {
    await run('/bin/cp', ['-r', `${folder}/.`, mounted.at]);
    expect(hashesBelow(mounted.at)).toEqual(hashes);
    await run('/bin/sh', ['-ec', LOCAL_WORK, 'sh', mounted.at]);
  } finally {
    await mounted.unmount();
  }
  const changed = readFileSync(join(there, 'a.bin.moved'));
  expect(readdirSync(there)).toEqual(['a.bin.moved']);
  expect([changed.subarray(777_000, 786_000).every((byte) => byte === 0), changed.length]).toEqual([true, 2_500_008]);
  const { up } = await onRecord(from);
  expect(up).toEqual(expect.arrayContaining([...hashes, sha256(changed)]));
});

/** What sshfs says instead where nothing can be mounted. */
async function mount(sshLine: string, name: string, folder: string) {
  const at = temporaryFolder();
  const options = ['-f', '-o', `ssh_command=${sshLine}`];
  const env = { PATH: '/usr/bin:/bin', HOME: login.folder, LC_ALL: 'C.UTF-8' };
  const child = spawn('/usr/bin/sshfs', [...options, `${name}@127.0.0.1:${folder}`, at], { env });
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said += text.toString();
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const isMounted = () => readFileSync('/proc/self/mounts', 'utf8').includes(` ${at} fuse.sshfs `);
  await expect.poll(() => isMounted() || child.exitCode !== null, { timeout: 20_000 }).toBe(true);
  if (!isMounted()) return said.trim();
  const unmount = async () => {
    await runProgram('/usr/bin/fusermount3', ['-u', at]);
    await ended;
  };
  return { at, unmount };
}
