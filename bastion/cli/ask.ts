// Asks the person at the keyboard: a line, or a secret that is not shown. Where standard input is no terminal, answers
// are its lines, in order.

import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

export interface Asking {
  line(question: string): Promise<string>;
  secret(question: string): Promise<string>;
  end(): void;
}

export function askOnTerminal(): Asking {
  let shown = true;
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (shown) process.stderr.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input: process.stdin, output, terminal: process.stdin.isTTY === true });
  // Lines that came before they were asked for.
  const waiting: string[] = [];
  const askers: ((line: string) => void)[] = [];
  lines.on('line', (line) => {
    const asker = askers.shift();
    if (asker === undefined) waiting.push(line);
    else asker(line);
  });
  let closed = false;
  lines.on('close', () => {
    closed = true;
    for (const asker of askers.splice(0)) asker('');
  });
  const next = (question: string): Promise<string> => {
    process.stderr.write(question);
    const line = waiting.shift();
    if (line !== undefined || closed) return Promise.resolve(line ?? '');
    return new Promise((resolve) => askers.push(resolve));
  };
  return {
    line: next,
    async secret(question) {
      shown = false;
      const answer = await next(question);
      shown = true;
      process.stderr.write('\n');
      return answer;
    },
    end: () => lines.close(),
  };
}
