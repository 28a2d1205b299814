// Fictitious custodians and requests to unseal, for the page's tests and for looking at it.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Custodian, Unsealing } from '../../../web/contract/custody.ts';
import type { Session } from '../../../web/contract/sessions.ts';
import type { Person, Role } from '../../../web/contract/words.ts';

const HOUR = 3_600_000;

export function custodyRoutes(
  api: FastifyInstance,
  people: Readonly<Record<Role, Person>>,
  sessions: readonly Session[],
  now: number,
  roleOf: (request: FastifyRequest) => Role,
): void {
  const session = sessions.find(({ id }) => id === 's-done');
  if (session === undefined) throw new Error('expected the finished session');
  let custodians: Custodian[] = [
    { person: people.section, recipient: `age1${'q'.repeat(58)}`, appointedAt: now - 30 * 24 * HOUR },
  ];
  const asked = (id: string, change: Partial<Unsealing>): Unsealing => ({
    id,
    session,
    requester: people.auditor.name,
    reason: '核对一次误操作是否输错了口令',
    askedAt: now - 2 * HOUR,
    state: 'waiting',
    until: now + 70 * HOUR,
    threshold: 2,
    shares: [],
    waitsForMe: false,
    ...change,
  });
  const given = { account: 'head', releasedAt: now - HOUR, receivedAt: now - HOUR };
  const all = [
    asked('uns-wait', { shares: [given] }),
    asked('uns-open', { state: 'open', until: now + 20 * HOUR, shares: [given, { ...given, account: 'section' }] }),
  ];
  api.get('/custodians', () => custodians);
  api.post<{ Body: { account: string; recipient: string } }>('/custodians', ({ body }) => {
    const person = Object.values(people).find(({ id }) => id === body.account) ?? people.head;
    custodians = [...custodians, { person, recipient: body.recipient, appointedAt: now }];
    return custodians;
  });
  api.post<{ Params: { id: string } }>('/custodians/:id/remove', ({ params }) => {
    custodians = custodians.filter(({ person }) => person.id !== params.id);
    return custodians;
  });
  api.get('/unsealings', (request) =>
    all.map((each) => ({ ...each, waitsForMe: each.state === 'waiting' && roleOf(request) === 'section' })),
  );
  api.post<{ Params: { id: string }; Body: { reason: string } }>('/sessions/:id/unsealings', ({ body }) =>
    asked('uns-new', { reason: body.reason, state: 'open', threshold: 0 }),
  );
}
