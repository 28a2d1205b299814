import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS, EXIT } from '../../bastion/cli/usage.ts';
import { command, start } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test.each(Object.keys(COMMANDS))('%s --help says what it is for and what it takes', async (name) => {
  const { code, stdout, stderr } = await command(name, '--help');
  expect([code, stderr]).toEqual([EXIT.ok, '']);
  expect(stdout).toContain(COMMANDS[name]?.summary);
  expect(stdout).toContain(`usage: ./sluice ${name}`);
});

test('without a command the usage is shown and the exit status says so; help asks for it', async () => {
  expect(await command()).toMatchObject({ code: EXIT.usage, stdout: expect.stringContaining('usage: ./sluice') });
  expect(await command('--help')).toMatchObject({ code: EXIT.ok });
  expect((await command('serve', '-h')).stdout).toContain('./sluice serve');
  expect((await command('help', 'verify')).stdout).toContain('./sluice verify');
  expect(await command('--version')).toMatchObject({ code: EXIT.ok, stdout: expect.stringMatching(/^sluice \d/) });
});

test.each([
  [['serv'], 'no such command: serv; did you mean serve?'],
  [['constructor'], 'no such command: constructor\n'],
  [['serve', '--prot', '1'], "Unknown option '--prot'"],
  [['check', 'extra'], 'Unexpected argument'],
  [['serve', '--http', '99999'], '--http: expected a whole number from 0 to 65535, got "99999"'],
  [['serve', '--ssh', '22x'], '--ssh: expected a whole number'],
  [['demo', '--http', '-1'], 'ambiguous'],
  [['init'], '--admin is missing'],
  [['init', '--admin', 'a'], '--admin takes name:Their Name'],
  [['init', '--admin', 'a-b:A', '--auditor', 'c-d:C'], '--head is missing'],
  [['totp'], 'expected one base 32 secret'],
  [['totp', 'not base 32!'], 'this is not a base 32 secret'],
])('%j is a mistake on the command line, and named as one', async (args, words) => {
  const { code, stderr, stdout } = await command(...args);
  expect(stderr).toContain(words);
  expect([code, stdout]).toEqual([EXIT.usage, '']);
});

test.each(['serve', 'check', 'verify'])('%s without a data folder says how to make one', async (name) => {
  const missing = join(temporaryFolder(), 'nowhere');
  const { code, stderr } = await command(name, '--data', missing);
  expect(code).toBe(EXIT.unavailable);
  expect(stderr).toContain(missing);
});

test('totp gives what oathtool gives, also from standard input (R15)', async () => {
  const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  const expected = () => execFileSync('oathtool', ['--totp', '-b', secret], { encoding: 'utf8' });
  const twice = async (ask: () => Promise<string>): Promise<[string, string, string]> => [
    expected(),
    await ask(),
    expected(),
  ];
  const fromInput = async () => {
    const { child, ended } = start(['totp', '-']);
    child.stdin?.end('jbsw y3dp ehpk 3pxp jbsw y3dp ehpk 3pxp\n');
    return (await ended).stdout;
  };
  for (const ask of [async () => (await command('totp', secret)).stdout, fromInput]) {
    const [before, got, after] = await twice(ask);
    // A step may end while the command starts.
    expect([before, after]).toContain(got);
  }
});
