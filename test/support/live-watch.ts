// A live view without a page: the same socket, the same messages.

import WebSocket from 'ws';
import type { SessionView } from '../../approvals/access/session-log.ts';
import type { WatchSays } from '../../web/contract/supervision.ts';
import type { ApiClient } from './api-client.ts';
import type { TestInstallation } from './installation.ts';

export interface LiveWatch {
  readonly socket: WebSocket;
  screen(): string;
  until(satisfied: (screen: string) => boolean): Promise<string>;
  /** The first thing that was said of that type and satisfies the test. */
  said<T extends WatchSays['type']>(
    type: T,
    satisfied?: (one: Extract<WatchSays, { type: T }>) => boolean,
  ): Promise<Extract<WatchSays, { type: T }>>;
  /** As a page that is closed does. */
  leave(): Promise<void>;
  readonly closed: Promise<void>;
}

/** Opens a live view and waits until it counts. */
export async function watch(site: TestInstallation, client: ApiClient, session: string): Promise<LiveWatch> {
  const opened = connectWatch(site, client, await watchToken(client, session));
  await opened.said('watching');
  return opened;
}

export async function watchToken(client: ApiClient, session: string): Promise<string> {
  const answer = await client.post(`/api/v1/sessions/${session}/watch`);
  if (answer.status !== 200) throw new Error(`expected a token, got ${JSON.stringify(answer)}`);
  return (answer.body as { readonly token: string }).token;
}

export function connectWatch(
  site: TestInstallation,
  client: ApiClient,
  token: string,
  origin = site.running.web,
): LiveWatch {
  const socket = new WebSocket(`${site.running.web.replace('http', 'ws')}/api/v1/watchings/socket`, {
    headers: { cookie: client.cookie, ...(origin === '' ? {} : { origin }) },
  });
  let screen = '';
  const says: WatchSays[] = [];
  const watchers = new Set<() => void>();
  socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', token })));
  socket.on('message', (data: Buffer, binary: boolean) => {
    if (binary) screen += data.toString('utf8');
    else says.push(JSON.parse(data.toString('utf8')));
    for (const watcher of [...watchers]) watcher();
  });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const when = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const found = find();
        if (found === undefined) return;
        watchers.delete(look);
        resolve(found);
      };
      watchers.add(look);
      void closed.then(() => reject(new Error(`the view closed: ${screen} ${JSON.stringify(says)}`)));
      look();
    });
  return {
    socket,
    screen: () => screen,
    until: (satisfied) => when(() => (satisfied(screen) ? screen : undefined)),
    said: <T extends WatchSays['type']>(
      type: T,
      satisfied: (one: Extract<WatchSays, { type: T }>) => boolean = () => true,
    ) =>
      when(() =>
        says.find((one): one is Extract<WatchSays, { type: T }> => one.type === type && satisfied(one as never)),
      ),
    leave() {
      socket.close();
      return closed;
    },
    closed,
  };
}

/** The live session that satisfies the test, as soon as there is one. */
export async function liveSession(
  site: TestInstallation,
  satisfied: (session: SessionView) => boolean = () => true,
): Promise<string> {
  const { sessionLog, changes } = site.running.services;
  const section = await site.signIn('section');
  return new Promise((resolve, reject) => {
    const look = (): void => {
      sessionLog.list(section, { live: true }).then((live) => {
        const found = live.find(satisfied);
        if (found === undefined) return;
        unsubscribe();
        resolve(found.id);
      }, reject);
    };
    const unsubscribe = changes.subscribe(look);
    look();
  });
}
