// Server-sent events: tells a page that something changed, never what. The page asks again and gets what its person
// may see. The stream ends with the browser session.

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { Topic } from '../../store/notify.ts';
import type { Routes } from '../api/routes.ts';

const BEAT_MS = 20_000;
/** Streams one account may hold: a page has one, a handful of tabs a handful. */
const MAX_PER_ACCOUNT = 20;

export const changesStream: Routes = (app, { services, cookie }) => {
  const { changes, clock } = services;
  const held = new Map<string, number>();
  const open = new Set<() => void>();
  app.addHook('preClose', async () => {
    for (const end of [...open]) end();
  });

  app.get('/api/v1/live', async (request, reply) => {
    const user: AuthenticatedUser = await cookie.user(request);
    const mine = held.get(user.account.id) ?? 0;
    if (mine >= MAX_PER_ACCOUNT) return reply.status(204).send();
    held.set(user.account.id, mine + 1);
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    raw.write('retry: 2000\n\n');
    const stillSignedIn = (then: () => void): void => {
      cookie.user(request).then(then, () => raw.end());
    };
    const unsubscribe = changes.subscribe((topic: Topic) =>
      stillSignedIn(() => raw.write(`data: ${JSON.stringify({ changed: topic })}\n\n`)),
    );
    const stopBeat = clock.every(BEAT_MS, () => stillSignedIn(() => raw.write(': beat\n\n')));
    const end = (): void => void raw.end();
    open.add(end);
    raw.once('close', () => {
      unsubscribe();
      stopBeat();
      open.delete(end);
      held.set(user.account.id, (held.get(user.account.id) ?? 1) - 1);
    });
    return reply;
  });
};
