// Arrangements and what belongs to a ticket besides itself, as the page is shown them in tests.

import type { FastifyInstance } from 'fastify';
import type { Deputy, Form, Freeze, Routes } from '../../../web/contract/arrangements.ts';
import type { Extension } from '../../../web/contract/extensions.ts';
import type { Lock, LockBody } from '../../../web/contract/locks.ts';
import type { Person } from '../../../web/contract/words.ts';

const HOUR = 3_600_000;

export function arrangementRoutes(api: FastifyInstance, people: Readonly<Record<string, Person>>, now: number): void {
  const { head, section, operator } = people;
  if (head === undefined || section === undefined || operator === undefined) throw new Error('expected the cast');
  const deputies: Deputy[] = [
    {
      id: 'dep',
      head,
      deputy: section,
      from: now - HOUR,
      until: now + 72 * HOUR,
      reason: '出差',
      appointedAt: now - HOUR,
      endedAt: null,
      inForce: true,
    },
  ];
  const routes: Routes = {
    groups: [{ id: 'grp', name: '演示·开标系统', filing: true, approvals: 2 }],
    targets: [
      { id: 'tgt1', name: '演示·开标应用 2 号', group: 'grp' },
      { id: 'tgt2', name: '演示·开标数据库主库', group: null },
    ],
  };
  const freezes: Freeze[] = [
    { id: 'frz', start: now + 20 * HOUR, end: now + 28 * HOUR, reason: '演示·开标日', placedAt: now - HOUR },
  ];
  const forms: Form[] = [];
  const extension: Extension = {
    id: 'ext',
    ticket: { id: 't-open', number: 'BG-20261122-02' },
    window: 0,
    fromEnd: now + HOUR,
    until: now + 2 * HOUR,
    asker: operator,
    reason: '补丁校验比预计慢',
    state: 'asked',
    decider: null,
    decidedAt: null,
    decisionReason: null,
    askedAt: now - 60_000,
  };
  api.get('/deputies', () => deputies);
  api.get('/deputies/candidates', () => [section]);
  api.get('/routes', () => routes);
  api.get('/freezes', () => freezes);
  const locks: Lock[] = [
    {
      id: 'lck1',
      scope: 'source',
      subject: '203.0.113.0/24',
      name: '203.0.113.0/24',
      reason: '演示·凌晨有人反复猜口令',
      placedBy: section,
      placedAt: now - HOUR,
      endsAt: now + 23 * HOUR,
      liftAskedBy: null,
    },
  ];
  api.get('/locks', () => locks);
  api.post<{ Body: LockBody }>('/locks', ({ body }) => {
    const name = body.subject === operator.id ? operator.displayName : body.subject;
    const lock = { ...body, id: 'lck2', name, placedBy: head, placedAt: now, liftAskedBy: null };
    locks.push(lock);
    const cut = { id: 's-live', target: '演示·开标应用 2 号', login: 'ops', closedAfterMs: 41.3 };
    return { lock, browserSessions: 1, sessions: [cut] };
  });
  api.post<{ Params: { id: string } }>('/locks/:id/lift', ({ params }) => {
    const nth = locks.findIndex(({ id }) => id === params.id);
    const lock = locks[nth];
    if (lock === undefined) return locks;
    if (lock.scope === 'everything' && lock.liftAskedBy === null) locks[nth] = { ...lock, liftAskedBy: head };
    else locks.splice(nth, 1);
    return locks;
  });
  api.get('/colleagues', () => []);
  api.get('/forms', () => forms);
  api.post<{ Body: { body: string } }>('/forms', ({ body }) => {
    const form = { id: `frm${forms.length}`, body: body.body, updatedAt: now };
    forms.push(form);
    return form;
  });
  api.post<{ Params: { id: string }; Body: { body: string } }>('/forms/:id', ({ params, body }) => ({
    id: params.id,
    body: body.body,
    updatedAt: now,
  }));
  api.post('/forms/:id/discard', () => ({}));
  api.get<{ Params: { id: string } }>('/tickets/:id/extensions', ({ params }) =>
    params.id === 't-open' ? [extension] : [],
  );
}
