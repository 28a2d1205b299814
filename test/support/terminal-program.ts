// A program on a terminal of its own, as when a person starts it: what it drew, and a way to type.

import { spawn } from 'node-pty';

export interface OnTerminal {
  type(text: string): void;
  /** Hears every byte that is drawn, from the first one on. */
  onDrawn(hear: (bytes: Buffer) => void): void;
  /** All that was drawn, and the exit status. */
  readonly ended: Promise<{ readonly code: number; readonly drawn: Buffer }>;
}

export function startOnTerminal(
  program: string,
  args: readonly string[],
  {
    columns = 100,
    rows = 40,
    env = {},
  }: { readonly columns?: number; readonly rows?: number; readonly env?: Record<string, string> } = {},
): OnTerminal {
  // The shell keeps the terminal open: of one that a program closes before it ends, it would get a hangup.
  const terminal = spawn('/bin/sh', ['-c', '"$@"; exit "$?"', 'sh', program, ...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', ...env },
    encoding: null,
  });
  const drawn: Buffer[] = [];
  const hearers: ((bytes: Buffer) => void)[] = [];
  // Without an encoding it gives bytes, whatever its types say.
  terminal.onData((piece: unknown) => {
    const bytes = piece as Buffer;
    drawn.push(bytes);
    for (const hear of hearers) hear(bytes);
  });
  return {
    type: (text) => terminal.write(text),
    onDrawn: (hear) => hearers.push(hear),
    ended: new Promise((resolve) =>
      terminal.onExit(({ exitCode }) => resolve({ code: exitCode, drawn: Buffer.concat(drawn) })),
    ),
  };
}
