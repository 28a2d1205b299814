// Server-sent events: tells a page that something changed, never what. The page asks again and gets what its person
// may see. The stream ends with the browser session, and does not keep it from going idle.

import type { Topic } from '../../store/notify.ts';
import type { Routes } from '../api/routes.ts';

const BEAT_MS = 20_000;
/** Streams one account may hold: a page has one, a handful of tabs a handful. */
const MAX_PER_ACCOUNT = 20;
/** A page that reads nothing is let go; it connects again when it reads. */
const MOST_UNREAD = 64 * 1024;

export const changesStream: Routes = (app, { services, cookie, heldOpen }) => {
  const { changes, clock, browserSessions } = services;
  const count = new Map<string, number>();
  app.addHook('preClose', async () => heldOpen.endAll());

  app.get('/api/v1/live', { schema: { summary: 'server-sent events of what changed' } }, async (request, reply) => {
    const { account } = await cookie.user(request);
    const token = cookie.token(request) ?? '';
    const mine = count.get(account.id) ?? 0;
    if (mine >= MAX_PER_ACCOUNT) return reply.status(204).send();
    count.set(account.id, mine + 1);
    reply.hijack();
    const { raw } = reply;
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const end = (): void => void raw.end();
    const say = (text: string): void => {
      if (raw.writableLength > MOST_UNREAD) raw.destroy();
      else if (!raw.writableEnded) raw.write(text);
    };
    say('retry: 2000\n\n');
    const whileOpen = (text: string): void =>
      void browserSessions.isOpen(token, request.ip).then((open) => (open ? say(text) : end()), end);
    const unsubscribe = changes.subscribe((topic: Topic) =>
      whileOpen(`data: ${JSON.stringify({ changed: topic })}\n\n`),
    );
    const stopBeat = clock.every(BEAT_MS, () => whileOpen(': beat\n\n'));
    const letGo = heldOpen.hold(token, end);
    raw.once('close', () => {
      unsubscribe();
      stopBeat();
      letGo();
      const left = (count.get(account.id) ?? 1) - 1;
      if (left > 0) count.set(account.id, left);
      else count.delete(account.id);
    });
    return reply;
  });
};
