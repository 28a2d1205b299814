// PuTTY's file transfer programs as the engineer of an installation. They ask on the terminal: psftp and pscp read the
// answers to keyboard-interactive prompts from standard input.

import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PASSWORD, type TestInstallation } from './installation.ts';

const home = mkdtempSync(join(tmpdir(), 'sluice-putty-'));

export async function psftp(site: TestInstallation, lines: readonly string[]) {
  const batch = join(home, 'batch');
  writeFileSync(batch, `${lines.join('\n')}\nquit\n`);
  return putty(site, 'psftp', ['-b', batch, '-P', String(site.sshPort), 'engineer@127.0.0.1']);
}

/** A path that starts with a colon is on the target. */
export function pscp(site: TestInstallation, args: readonly string[], way: '-sftp' | '-scp' = '-sftp') {
  const placed = args.map((arg) => (arg.startsWith(':') ? `engineer@127.0.0.1${arg}` : arg));
  return putty(site, 'pscp', [way, '-P', String(site.sshPort), ...placed]);
}

function putty(site: TestInstallation, program: 'psftp' | 'pscp', args: readonly string[]) {
  const child = spawn(`/usr/bin/${program}`, args, { env: { HOME: home, PATH: process.env.PATH } });
  let output = '';
  const answers: readonly (readonly [RegExp, () => string])[] = [
    [/Store key in cache|connection\? \(y\/n/i, () => 'y'],
    [/password: *$/i, () => PASSWORD],
    [/(code|口令).*: *$/is, () => site.code('engineer')],
  ];
  let next = 0;
  const hear = (bytes: Buffer) => {
    output += bytes.toString();
    for (let nth = next; nth < answers.length; nth += 1) {
      const [asks, say] = answers[nth] ?? [/$^/, () => ''];
      if (!asks.test(output)) continue;
      next = nth + 1;
      output += '\n';
      child.stdin.write(`${say()}\n`);
    }
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  child.stdin.on('error', () => undefined);
  return new Promise<{ readonly code: number | null; readonly stdout: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout: output })),
  );
}
