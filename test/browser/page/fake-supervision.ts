// Sessions that are followed on the spot, for the page's tests and for looking at it. Watching one lets it go on, leaving
// does not freeze it: the view of one tab is all there is.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Session } from '../../../web/contract/sessions.ts';
import type { Supervised, WatchSays } from '../../../web/contract/supervision.ts';
import type { Person, Role } from '../../../web/contract/words.ts';

interface Uses {
  readonly people: Readonly<Record<Role, Person>>;
  readonly sessions: Session[];
  readonly roleOf: (request: FastifyRequest) => Role;
  /** Tells every open page. */
  readonly changed: () => void;
}

const SCREEN = [
  '\x1b[2147483647S\x1b[2J\x1b[H\x1b[32mops@kaibiao-app-2\x1b[0m:\x1b[34m~\x1b[0m$ sudo systemctl restart kaibiao\r\n',
  '\x1b[32m●\x1b[0m kaibiao.service - 开标应用\r\n   Active: \x1b[32mactive (running)\x1b[0m\r\n',
  '\x1b[32mops@kaibiao-app-2\x1b[0m:\x1b[34m~\x1b[0m$ vi /opt/kaibiao/配置/连接池.yml\r\n',
];

export function supervisionRoutes(api: FastifyInstance, { people, sessions, roleOf, changed }: Uses): void {
  const free = { supervised: false, watchers: [], heldBy: null, holdReason: null } as const;
  const all = new Map<string, Supervised>(
    [
      { ...free, session: 's-live', state: 'live' as const, watchers: [people.section] },
      { ...free, session: 's-wait', state: 'waiting' as const, supervised: true, watchers: [] },
      {
        ...free,
        session: 's-held',
        state: 'frozen' as const,
        watchers: [],
        heldBy: people.section,
        holdReason: '请先核对备份，再继续',
      },
    ].map((each) => [each.session, each]),
  );
  const tellers = new Set<(session: string, says: WatchSays) => void>();
  const become = (session: string, change: Partial<Supervised>): void => {
    const before = all.get(session);
    if (before === undefined) return;
    const after = { ...before, ...change };
    all.set(session, after);
    for (const tell of tellers) tell(session, { type: 'flow', state: after.state });
    changed();
  };
  const watching = new Map<string, { session: string; by: Person }>();
  type WithId = { Params: { id: string } };
  api.get('/supervision', (request) => (roleOf(request) === 'operator' ? [all.get('s-live')] : [...all.values()]));
  api.post<WithId>('/sessions/:id/watch', (request) => {
    const token = `look-${watching.size}`;
    watching.set(token, { session: request.params.id, by: people[roleOf(request)] });
    return { token };
  });
  api.post<WithId & { Body: { reason: string } }>('/sessions/:id/freeze', (request, reply) => {
    become(request.params.id, {
      state: 'frozen',
      heldBy: people[roleOf(request)],
      holdReason: request.body.reason,
    });
    return reply.status(204).send();
  });
  api.post<WithId>('/sessions/:id/resume', (request, reply) => {
    become(request.params.id, { state: 'live', heldBy: null, holdReason: null });
    return reply.status(204).send();
  });
  api.post<WithId & { Body: { text: string } }>('/sessions/:id/say', (request, reply) => {
    const { displayName } = people[roleOf(request)];
    const { text } = request.body;
    const said = { zh: `监督人 ${displayName}：${text}`, en: `supervisor ${displayName}: ${text}` };
    for (const tell of tellers) tell(request.params.id, { type: 'notice', text: said });
    // Words that bring about what a test wants to see.
    if (text === 'lose') for (const tell of tellers) tell(request.params.id, { type: 'resize', columns: -1, rows: 0 });
    return reply.status(204).send();
  });
  api.get('/watchings/socket', { websocket: true }, (socket) => {
    const says = (message: WatchSays) => socket.send(JSON.stringify(message));
    socket.once('message', (raw: Buffer) => {
      const { token } = JSON.parse(raw.toString('utf8')) as { token: string };
      const found = watching.get(token);
      if (found === undefined) return socket.close();
      const { session, by } = found;
      const state = all.get(session)?.heldBy === null ? 'live' : (all.get(session)?.state ?? 'live');
      says({ type: 'watching', sessionId: session, columns: 100, rows: 30, skipped: 81_920 });
      for (const piece of SCREEN) socket.send(Buffer.from(piece));
      if (session === 's-held') {
        says({ type: 'file', what: 'asked', op: 'open', path: '/opt/kaibiao/配置/连接池.yml', to: null });
        says({ type: 'file', what: 'refused', op: 'remove', path: '/opt/\u202egol.审计', to: null });
      }
      const tell = (to: string, message: WatchSays) => {
        if (to !== session) return;
        if (message.type === 'resize') socket.terminate();
        else says(message);
      };
      tellers.add(tell);
      socket.once('close', () => tellers.delete(tell));
      // Whoever sends anything after the token is thrown out, as by the real one.
      socket.once('message', () => {
        says({ type: 'ended', reason: 'watch.read-only', text: { zh: '监督人只能观看，不能输入', en: 'only look' } });
        socket.close();
      });
      become(session, { state, watchers: [by] });
    });
  });
  api.post<WithId>('/sessions/:id/end', (request, reply) => {
    const { id } = request.params;
    const nth = sessions.findIndex((session) => session.id === id);
    const before = sessions[nth];
    if (before !== undefined) sessions[nth] = { ...before, endedAt: Date.now(), endReason: 'cut-by-head' };
    all.delete(id);
    changed();
    for (const tell of tellers)
      tell(id, { type: 'ended', reason: 'session.over', text: { zh: '会话已结束', en: 'the session is over' } });
    return reply.status(204).send();
  });
}
