// A real SMTP server on loopback that keeps what it takes.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly headers: readonly (readonly [string, string])[];
  readonly type: string;
  readonly text: string;
}

export interface MailServer {
  readonly port: number;
  /** The next message, whenever it comes. */
  next(): Promise<TakenMail>;
  /** How many came that nobody has asked for. */
  waiting(): number;
  stop(): Promise<void>;
}

/** `tls`: PEM files of a certificate and its key. */
export async function startMailServer(tls?: {
  readonly certificate: string;
  readonly key: string;
}): Promise<MailServer> {
  const script = join(import.meta.dirname, 'mail_server.py');
  const child = spawn(
    '/usr/bin/python3',
    ['-W', 'ignore', script, ...(tls === undefined ? [] : [tls.certificate, tls.key])],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const lines = createInterface({ input: child.stdout });
  const [first] = (await once(lines, 'line')) as [string];
  const { port } = JSON.parse(first) as { readonly port: number };
  const taken: TakenMail[] = [];
  const askers: ((mail: TakenMail) => void)[] = [];
  lines.on('line', (line) => {
    const mail = JSON.parse(line) as TakenMail;
    const asker = askers.shift();
    if (asker === undefined) taken.push(mail);
    else asker(mail);
  });
  return {
    port,
    next() {
      const mail = taken.shift();
      return mail === undefined ? new Promise((resolve) => askers.push(resolve)) : Promise.resolve(mail);
    },
    waiting: () => taken.length,
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
