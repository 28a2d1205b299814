// Every route × everybody (B1, B15). The routes are the server's own list: one that the table lacks fails here.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../store/core/ids.ts';
import type { ApiAnswer } from '../support/api-client.ts';
import { routesDeclaredBy } from '../support/api-routes.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { startInstallation } from '../support/installation.ts';
import { Cast, COLUMNS, type Column } from './cast.ts';
import { type Asked, addressOf, type Row, TABLE } from './route-table.ts';

let cast: Cast;
let declared: readonly string[];

beforeAll(async () => {
  const { made, routes } = await routesDeclaredBy(() => startInstallation({ 'web.requestsPerMinute': 1_000_000 }));
  declared = routes;
  cast = await Cast.signIn(made);
});
afterAll(() => cast.site.stop());

/** Whoever may do it comes last: the others ask about the same thing while it is still to be done. */
const inOrder = ({ expects }: Row): Column[] => [...COLUMNS].sort((a, b) => expects[b] - expects[a]);

async function ask(route: string, column: Column, asked: Asked): Promise<ApiAnswer> {
  const client = cast.client(column);
  const address = addressOf(route, asked);
  if (address === '/api/v1/live') {
    const stream = await client.events(address);
    stream.stop();
    return { status: stream.response.status, body: undefined };
  }
  return route.startsWith('GET') ? client.get(address) : client.post(address, asked.body);
}

test('the table holds every route that the server declares, and no other (B1)', () => {
  expect(TABLE.map(({ route }) => route).sort()).toEqual([...declared].sort());
});

test.each(TABLE)('$route answers each role as the table says (R8, R9)', async (row) => {
  for (const column of inOrder(row)) {
    const asked = await row.asks(cast, column);
    const before = await evidenceSize(cast.site);
    const answer = await ask(row.route, column, asked);
    expect([column, answer.status], JSON.stringify(answer.body)).toEqual([column, row.expects[column]]);
    const refused = (await evidence(cast.site, before)).filter(({ type }) => type === 'access.refused');
    expect([column, refused.length]).toEqual([column, leavesEvidence(row, column) ? 1 : 0]);
  }
});

/** Whoever is signed in and is refused leaves exactly one event; who is not has no name to write down. */
function leavesEvidence({ route, expects }: Row, column: Column): boolean {
  return (expects[column] === 403 || expects[column] === 404) && !route.endsWith('/socket');
}

const PREFIX = {
  'record-requests': 'req',
  holds: 'hld',
  tickets: 'tkt',
  extensions: 'ext',
  sessions: 'ses',
  accounts: 'acc',
  targets: 'tgt',
  keys: 'key',
  passkeys: 'psk',
  deputies: 'dep',
  groups: 'grp',
  freezes: 'frz',
  locks: 'lck',
  forms: 'frm',
} as const;
const withId = TABLE.filter(({ route }) => route.includes(':id'));

describe('with an id', () => {
  beforeAll(async () => {
    for (const column of ['rival', 'admin'] as const) {
      await cast.client(column).post('/api/v1/login', cast.credentials(column));
    }
  });

  test.each(withId)('$route: what is not yours looks like what does not exist (B8)', async (row) => {
    const collection = row.route.split('/').at(row.route.split('/').indexOf(':id') - 1) as keyof typeof PREFIX;
    const ids = [newId(PREFIX[collection]), newId('log'), '../tickets', '0', ' ', '%00', '\u202e', 'x'.repeat(64)];
    for (const column of ['rival', 'admin'] as const) {
      if (row.expects[column] !== 404) continue;
      const theirs = await ask(row.route, column, await row.asks(cast, column));
      expect(theirs.status).toBe(404);
      for (const id of ids.slice(0, needsCode(row) ? 3 : ids.length)) {
        const unknown = await ask(row.route, column, { ...(await row.asks(cast, column)), id });
        expect([id, unknown]).toEqual([id, theirs]);
      }
    }
  });
});

/** Each of those takes another half minute of the clock. */
function needsCode({ route }: Row): boolean {
  return ['approve', 'revoke', 'remove', 'grant'].some((act) => route.endsWith(act));
}
