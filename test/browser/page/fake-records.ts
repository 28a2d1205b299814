// Fictitious requests for records and finds, for the page's tests and for looking at it.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ExportTerms, RecordRequest } from '../../../web/contract/record-requests.ts';
import type { SearchPage } from '../../../web/contract/search.ts';
import type { Session } from '../../../web/contract/sessions.ts';
import type { Person, Role } from '../../../web/contract/words.ts';

const HOUR = 3_600_000;

export function recordRoutes(
  api: FastifyInstance,
  people: Readonly<Record<Role, Person>>,
  sessions: readonly Session[],
  now: number,
  roleOf: (request: FastifyRequest) => Role,
): void {
  const session = sessions.find(({ id }) => id === 's-done');
  if (session === undefined) throw new Error('expected the finished session');
  const asked = (id: string, change: Partial<RecordRequest>): RecordRequest => ({
    id,
    kind: 'export',
    session,
    terms: { format: 'asciicast-v2', encoding: 'utf-8', language: 'zh' },
    sessions: [session.id],
    requester: people.auditor,
    reason: '移交监管部门核查',
    state: 'waiting',
    decider: null,
    decidedAt: null,
    decisionReason: null,
    expiresAt: null,
    createdAt: now - HOUR,
    acts: [],
    ...change,
  });
  const approval = { decider: people.head, decidedAt: now, expiresAt: now + 24 * HOUR };
  const all = new Map(
    [asked('req-wait', {}), asked('req-ready', { state: 'approved', ...approval })].map((each) => [each.id, each]),
  );
  const actsOf = ({ state }: RecordRequest, role: Role): RecordRequest['acts'] => {
    if (role === 'head') return state === 'waiting' ? ['approve', 'refuse'] : [];
    return state === 'approved' ? ['withdraw', 'use'] : state === 'waiting' ? ['withdraw'] : [];
  };
  const become = (id: string, change: Partial<RecordRequest>): RecordRequest => {
    const after = { ...(all.get(id) ?? asked(id, {})), ...change };
    all.set(id, after);
    return after;
  };
  type WithId = { Params: { id: string } };
  api.get('/record-requests', (request) =>
    [...all.values()].map((each) => ({ ...each, acts: actsOf(each, roleOf(request)) })),
  );
  api.post<WithId & { Body: Pick<RecordRequest, 'reason'> & ExportTerms }>(
    '/sessions/:id/exports',
    ({ body: { reason, ...terms } }) => become(`req-${all.size}`, { reason, terms }),
  );
  api.post<WithId>('/record-requests/:id/approve', ({ params }) =>
    become(params.id, { state: 'approved', ...approval }),
  );
  api.post<WithId & { Body: { reason: string } }>('/record-requests/:id/refuse', ({ params, body }) =>
    become(params.id, { state: 'refused', decider: people.head, decidedAt: now, decisionReason: body.reason }),
  );
  api.post<WithId>('/record-requests/:id/withdraw', ({ params }) => become(params.id, { state: 'withdrawn' }));
  api.post<WithId>('/record-requests/:id/download', ({ params }, reply) => {
    become(params.id, { state: 'used' });
    return reply
      .type('application/x-asciicast')
      .header('content-disposition', 'attachment; filename="s-done.cast"')
      .send('{"version":2,"width":80,"height":24}\n');
  });
  api.get<{ Querystring: { q: string } }>('/search', ({ query }): SearchPage => {
    const snippet = `cat /srv/kaibiao/app.conf\n数据库 ${query.q} 已修改 \u202eolleh <img src=x onerror=alert(1)>\n`;
    const marks: [number, number][] = [[snippet.indexOf(query.q), query.q.length]];
    const hits: SearchPage['sessions'][number]['hits'] = [
      { at: 4000, offset: 300, command: null, snippet, marks },
      { at: 2000, offset: 120, command: 'low', snippet: `vi ${query.q}`, marks: [[3, query.q.length]] },
    ];
    return { sessions: query.q === '没有' ? [] : [{ session, partly: true, hits }], next: null, waiting: 2 };
  });
}
