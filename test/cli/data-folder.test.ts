import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder, loadKeys, makeMissingHostKeys, setUp } from '../../bastion/cli/data-folder.ts';
import { EXIT } from '../../bastion/cli/usage.ts';
import { command } from '../support/command-line.ts';
import { FOUNDERS } from '../support/founders.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const init = (data: string, ...more: string[]) => command('init', '--data', data, ...FOUNDERS, ...more);

/** Every file below, with its content; the database apart, whose file changes by being read. */
function contentOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const named = files.map((entry) => join(entry.parentPath, entry.name)).filter((file) => !/sluice\.db/.test(file));
  return Object.fromEntries(named.map((file) => [relative(folder, file), readFileSync(file, 'base64')]));
}

test('init makes folders and keys for its owner only, and prints a link once (R14)', async () => {
  const data = join(temporaryFolder(), 'data');
  const { code, stdout } = await init(data, '--public-url', 'https://sluice.example/');
  expect(code).toBe(EXIT.ok);
  expect(stdout).toMatch(/https:\/\/sluice\.example\/join#\S{20,}/);
  for (const entry of readdirSync(data, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) expect(statSync(path).mode & 0o777, path).toBe(0o700);
    else expect(statSync(data).mode & 0o077, path).toBe(0);
  }
  for (const name of readdirSync(join(data, 'keys'))) {
    expect(statSync(join(data, 'keys', name)).mode & 0o777, name).toBe(0o600);
  }
  const before = contentOf(data);
  const again = await init(data);
  expect(again.code).toBe(EXIT.refused);
  expect(again.stderr).toContain('there are accounts already');
  expect(contentOf(data)).toEqual(before);
});

test('check explains the settings, hides secrets, and finds what is wrong (R38)', async () => {
  const data = join(temporaryFolder(), 'data');
  await init(data);
  const good = await command('check', '--data', data);
  expect(good).toMatchObject({ code: EXIT.ok, stderr: '' });
  expect(good.stdout).toContain('nothing is wrong');
  for (const name of ['ssh_host_ed25519', 'ssh_host_rsa']) {
    const by = (...args: string[]) => execFileSync('ssh-keygen', args, { encoding: 'utf8' });
    const file = join(data, `${name}.pub`);
    writeFileSync(file, by('-y', '-f', join(data, 'keys', name)));
    expect(good.stdout, name).toContain(by('-l', '-f', file).split(' ')[1]);
    // The line with SHA-1 is left out.
    expect(good.stdout, name).toContain(by('-r', 'sluice.example', '-f', file).split('\n')[1]);
  }
  chmodSync(join(data, 'keys'), 0o755);
  const settings = {
    web: { host: '0.0.0.0' },
    'gateway.host': 'gate.example',
    'database.url': 'postgresql://sluice:hunter2@db.example/sluice',
  };
  writeFileSync(join(data, 'sluice.json'), JSON.stringify(settings));
  const bad = await command('check', '--data', data);
  expect(bad.code).toBe(EXIT.problem);
  expect(bad.stdout).toContain('keys can be read by others');
  expect(bad.stdout).toContain('there is no certificate');
  expect(bad.stdout).toContain('gateway.host is not an address');
  expect(bad.stdout).toContain('postgresql://sluice:<secret>@db.example/sluice');
  expect(bad.stdout).not.toContain('hunter2');
});

test('a folder made before there was an RSA host key gets one, and keeps the other', async () => {
  const data = temporaryFolder();
  const folder = dataFolder(data);
  setUp(folder, {});
  const [first, ...none] = loadKeys(folder).sshHosts;
  expect(none).toEqual([]);
  makeMissingHostKeys(folder);
  const both = loadKeys(folder).sshHosts;
  expect(both).toEqual([first, expect.stringContaining('RSA PRIVATE KEY')]);
  makeMissingHostKeys(folder);
  expect(loadKeys(folder).sshHosts).toEqual(both);
});

test.each([
  ['{"web.prot": 8080}', 'no setting is called web.prot; did you mean web.port?'],
  ['{"web": {"port": "8080"}}', 'setting web.port: expected a whole number'],
  ['{"web": ', 'is not valid JSON'],
  ['[]', 'expected an object'],
])('settings %s are refused with what is wrong, by check and by serve (R39)', async (text, words) => {
  const data = join(temporaryFolder(), 'data');
  await init(data);
  writeFileSync(join(data, 'sluice.json'), text);
  for (const name of ['check', 'serve']) {
    const { code, stderr } = await command(name, '--data', data);
    expect(stderr).toContain(words);
    expect(code).toBe(EXIT.settings);
  }
});

test('serve refuses plain HTTP beyond the loopback address (R25)', async () => {
  const data = join(temporaryFolder(), 'data');
  await init(data);
  writeFileSync(join(data, 'sluice.json'), JSON.stringify({ 'web.host': '0.0.0.0' }));
  const { code, stderr } = await command('serve', '--data', data);
  expect(code).toBe(EXIT.settings);
  expect(stderr).toContain('plain HTTP is for the loopback address only');
});

test('the demonstration leaves a real installation alone, and stays on the loopback address (B10)', async () => {
  const data = join(temporaryFolder(), 'data');
  await init(data);
  const before = contentOf(data);
  const real = await command('demo', '--data', data);
  expect(real.code).toBe(EXIT.refused);
  expect(real.stderr).toContain("real installation's data folder");
  expect(contentOf(data)).toEqual(before);

  const demo = join(temporaryFolder(), 'demo');
  await init(demo);
  for (const name of ['demo-target.json', 'demo.json']) writeFileSync(join(demo, name), '{"accounts":[]}');
  writeFileSync(join(demo, 'sluice.json'), JSON.stringify({ 'gateway.host': '0.0.0.0' }));
  const open = await command('demo', '--data', demo);
  expect(open.code).toBe(EXIT.refused);
  expect(open.stderr).toContain('runs on the loopback address only');
});

test('verify says by its exit status whether everything is there (R19)', async () => {
  const data = join(temporaryFolder(), 'data');
  await init(data);
  expect((await command('verify', '--data', data)).code).toBe(EXIT.ok);
  const leaves = readdirSync(join(data, 'evidence', 'leaves')).map((name) => join(data, 'evidence', 'leaves', name));
  const [first = ''] = leaves;
  const bytes = readFileSync(first);
  writeFileSync(first, Buffer.from(bytes.toString('utf8').replace('root-admin', 'root-admim')));
  const altered = await command('verify', '--data', data);
  expect(altered).toMatchObject({ code: EXIT.problem, stdout: expect.stringContaining('NOT verified') });
  writeFileSync(first, bytes);
  mkdirSync(join(data, 'recordings', 'stranger'));
  expect((await command('verify', '--data', data)).code).toBe(EXIT.problem);
});
