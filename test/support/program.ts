// Any program from outside: given its whole input at once, heard out to its end.

import { spawn } from 'node:child_process';

export interface Ran {
  readonly code: number | null;
  readonly stdout: Buffer;
  /** For the message of a failing test, as text. */
  readonly said: string;
}

export function runProgram(
  program: string,
  args: readonly string[],
  {
    env = {},
    input = '',
    cwd,
  }: { readonly env?: Record<string, string>; readonly input?: string | Buffer; readonly cwd?: string } = {},
): Promise<Ran> {
  const child = spawn(program, args, {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', ...env },
    ...(cwd !== undefined && { cwd }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const output = Buffer.concat(stdout);
      resolve({ code, stdout: output, said: `${output.toString()}${Buffer.concat(stderr).toString()}` });
    });
  });
}
