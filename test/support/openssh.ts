// Drives the real OpenSSH client the way a person would: prompts are answered by an askpass program.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SshAnswers {
  readonly password?: string;
  /** Asked for at the moment the prompt appears, so that it is fresh. */
  readonly code?: string;
  /** A command whose output is the code, run by the askpass program. */
  readonly codeCommand?: string;
  /** Otherwise ERROR. At INFO, its usual one, ssh shows what a server says during the login. */
  readonly logLevel?: string;
}

/** The environment in which ssh gives these answers, whoever calls it. */
export function answering(answers: SshAnswers): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    SSH_ASKPASS: askpass,
    SSH_ASKPASS_REQUIRE: 'force',
    SLUICE_TEST_PASSWORD: answers.password ?? '',
    SLUICE_TEST_CODE: answers.code ?? '',
    SLUICE_TEST_CODE_COMMAND: answers.codeCommand ?? '',
  };
}

export interface SshRun {
  readonly child: ChildProcessWithoutNullStreams;
  readonly stdout: () => Buffer;
  readonly stderr: () => Buffer;
  /** Resolves when stdout or stderr, as text, satisfies the test. */
  until(satisfied: (text: string) => boolean): Promise<string>;
  readonly exit: Promise<{ readonly code: number | null; readonly stdout: Buffer; readonly stderr: Buffer }>;
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-ssh-'));
const askpass = join(folder, 'askpass');
writeFileSync(
  askpass,
  `#!/bin/sh
case "$1" in
  *password:*) printf '%s\\n' "$SLUICE_TEST_PASSWORD" ;;
  *code*) if [ -n "$SLUICE_TEST_CODE_COMMAND" ]; then sh -c "$SLUICE_TEST_CODE_COMMAND"; else printf '%s\\n' "$SLUICE_TEST_CODE"; fi ;;
  *) exit 1 ;;
esac
`,
);
chmodSync(askpass, 0o700);

/** Options that keep the user's own configuration out. */
export const PLAIN = [
  '-F',
  '/dev/null',
  '-o',
  'StrictHostKeyChecking=no',
  '-o',
  'UserKnownHostsFile=/dev/null',
  '-o',
  'LogLevel=ERROR',
  '-o',
  'IdentitiesOnly=yes',
  '-o',
  'NumberOfPasswordPrompts=1',
];

export function ssh(args: readonly string[], answers: SshAnswers = {}, env: Record<string, string> = {}): SshRun {
  return run('ssh', args, answers, env);
}

/** One of OpenSSH's programs: they share options and the way to ask for passwords. */
export function run(
  program: 'ssh' | 'scp' | 'sftp',
  args: readonly string[],
  answers: SshAnswers = {},
  env: Record<string, string> = {},
): SshRun {
  // Of an option given twice ssh takes the first.
  const logLevel = answers.logLevel === undefined ? [] : ['-o', `LogLevel=${answers.logLevel}`];
  const child = spawn(`/usr/bin/${program}`, [...logLevel, ...PLAIN, ...args], {
    env: { ...answering(answers), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const watchers = new Set<() => void>();
  const collect = (into: Buffer[]) => (chunk: Buffer) => {
    into.push(chunk);
    for (const watcher of [...watchers]) watcher();
  };
  child.stdout.on('data', collect(stdout));
  child.stderr.on('data', collect(stderr));
  child.stdin.on('error', () => undefined);
  const text = () => Buffer.concat([...stdout, ...stderr]).toString('utf8');
  const exit = new Promise<{ code: number | null; stdout: Buffer; stderr: Buffer }>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) })),
  );
  return {
    child,
    stdout: () => Buffer.concat(stdout),
    stderr: () => Buffer.concat(stderr),
    exit,
    until: (satisfied) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!satisfied(text())) return;
          watchers.delete(look);
          resolve(text());
        };
        watchers.add(look);
        void exit.then(() => reject(new Error(`ssh ended before it said so: ${text()}`)));
        look();
      }),
  };
}
