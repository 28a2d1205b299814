// The demonstration's first session: signs in over SSH through the gateway like anybody, types like a person, leaves.

import { Client, type ClientChannel } from 'ssh2';
import type { Clock } from '../../store/core/clock.ts';

export interface MaintenanceLogin {
  readonly port: number;
  readonly userName: string;
  readonly password: string;
  readonly code: () => Promise<string>;
}

const LINES = [
  'ls -l conf logs',
  'tail -n 3 logs/opening.log',
  'cat conf/opening.conf',
  "sed -i 's/cache_seconds = 0/cache_seconds = 30/' conf/opening.conf",
  'grep cache conf/opening.conf',
  'echo "缓存已打开，列表应在 1 秒内返回"',
];

const KEY_MS = 28;
const PAUSE_MS = 700;

/** Resolves when the session has ended by itself. */
export async function doMaintenance(clock: Clock, login: MaintenanceLogin): Promise<void> {
  const client = await signIn(login);
  const shell = await new Promise<ClientChannel>((resolve, reject) =>
    client.shell({ term: 'xterm-256color', cols: 96, rows: 26 }, (error, channel) =>
      error ? reject(error) : resolve(channel),
    ),
  );
  const ended = new Promise<void>((resolve) => client.once('close', resolve));
  const prompt = promptsOf(shell);
  const wait = (milliseconds: number) => new Promise<void>((resolve) => clock.after(milliseconds, resolve));
  for (const line of [...LINES, 'exit']) {
    await prompt();
    await wait(PAUSE_MS);
    for (const character of line) {
      shell.write(character);
      await wait(KEY_MS);
    }
    shell.write('\r');
  }
  await new Promise<void>((resolve) => shell.once('close', resolve));
  client.end();
  await ended;
}

function signIn({ port, userName, password, code }: MaintenanceLogin): Promise<Client> {
  const client = new Client();
  return new Promise((resolve, reject) => {
    client.once('ready', () => resolve(client));
    client.on('error', reject);
    client.on('keyboard-interactive', (_name, _instructions, _language, _prompts, finish) => {
      code().then((text) => finish([text]), reject);
    });
    client.connect({ host: '127.0.0.1', port, username: userName, password, tryKeyboard: true });
  });
}

/** Each call resolves when the shell has shown its prompt once more. */
function promptsOf(shell: ClientChannel): () => Promise<void> {
  let seen = 0;
  let wake = (): void => {};
  let tail = '';
  shell.on('data', (data: Buffer) => {
    tail = (tail + data.toString('latin1')).slice(-64);
    if (/\$ $/.test(tail)) {
      seen += 1;
      tail = '';
      wake();
    }
  });
  let answered = 0;
  return () =>
    new Promise((resolve, reject) => {
      shell.once('close', () => reject(new Error(`the demo's shell ended early: ${tail}`)));
      wake = () => {
        if (seen <= answered) return;
        answered = seen;
        resolve();
      };
      wake();
    });
}
