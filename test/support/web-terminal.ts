// A web terminal without a page: the same socket, the same messages.

import { StringDecoder } from 'node:string_decoder';
import WebSocket from 'ws';
import type { TerminalSays } from '../../web/contract/sessions.ts';
import type { ApiClient } from './api-client.ts';
import type { TestInstallation } from './installation.ts';

export interface WebTerminal {
  readonly socket: WebSocket;
  type(text: string): void;
  screen(): string;
  /** Every byte of output so far. */
  bytes(): Buffer;
  until(satisfied: (screen: string) => boolean): Promise<string>;
  /** The next thing of that type that was said. */
  said<T extends TerminalSays['type']>(type: T): Promise<Extract<TerminalSays, { type: T }>>;
  readonly closed: Promise<void>;
}

/** Opens a terminal on the first channel of the ticket. */
export async function openTerminal(
  site: TestInstallation,
  client: ApiClient,
  ticketId: string,
  who?: string,
): Promise<WebTerminal> {
  return connect(site, client, await terminalToken(site, client, ticketId, who));
}

/** The token that `engineer`'s second factor buys, or somebody else's. */
export async function terminalToken(
  site: TestInstallation,
  client: ApiClient,
  ticketId: string,
  who = 'engineer',
): Promise<string> {
  const ticket = (await client.get(`/api/v1/tickets/${ticketId}`)).body as {
    channels: { targetAccountId: string }[];
  };
  const targetAccountId = ticket.channels[0]?.targetAccountId;
  const wanted = { ticketId, targetAccountId, columns: 80, rows: 24, code: site.code(who) };
  const answer = await client.post('/api/v1/terminals', wanted);
  const { token } = answer.body as { token: string };
  if (token === undefined) throw new Error(`expected a token, got ${JSON.stringify(answer)}`);
  return token;
}

export function connect(
  site: TestInstallation,
  client: ApiClient,
  token: string,
  origin = site.running.web,
): WebTerminal {
  const socket = new WebSocket(`${site.running.web.replace('http', 'ws')}/api/v1/terminals/socket`, {
    headers: { cookie: client.cookie, ...(origin === '' ? {} : { origin }) },
  });
  let screen = '';
  const decoder = new StringDecoder('utf8');
  const pieces: Buffer[] = [];
  const says: TerminalSays[] = [];
  const watchers = new Set<() => void>();
  socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', token })));
  socket.on('message', (data: Buffer, binary: boolean) => {
    if (binary) {
      pieces.push(data);
      screen += decoder.write(data);
    } else says.push(JSON.parse(data.toString('utf8')));
    for (const watcher of [...watchers]) watcher();
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  const when = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const found = find();
        if (found === undefined) return;
        watchers.delete(look);
        resolve(found);
      };
      watchers.add(look);
      void closed.then(() => reject(new Error(`the terminal closed: ${screen} ${JSON.stringify(says)}`)));
      look();
    });
  return {
    socket,
    type: (text) => socket.send(Buffer.from(text)),
    screen: () => screen,
    bytes: () => Buffer.concat(pieces),
    until: (satisfied) => when(() => (satisfied(screen) ? screen : undefined)),
    said: <T extends TerminalSays['type']>(type: T) =>
      when(() => says.find((one): one is Extract<TerminalSays, { type: T }> => one.type === type)),
    closed,
  };
}
