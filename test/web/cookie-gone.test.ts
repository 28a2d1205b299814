// Every route × a cookie that was good a moment ago (B1, B18): lists, replay, files, live view and terminals answer it as
// they answer nobody. Nobody can say whose it was, so nothing is written down but what ended it.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../support/api-client.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { startInstallation } from '../support/installation.ts';
import { Cast } from './cast.ts';
import { addressOf, TABLE } from './route-table.ts';

let cast: Cast;

beforeAll(async () => {
  cast = await Cast.signIn(await startInstallation());
});
afterAll(() => cast.site.stop());

const ENDINGS: readonly (readonly [string, string, (client: ApiClient) => Promise<unknown>])[] = [
  ['an auditor who signed out', 'watcher-out', (client) => client.post('/api/v1/logout')],
  ['an auditor who departed', 'watcher-gone', () => depart('watcher-gone')],
];

async function depart(name: string): Promise<void> {
  const { site } = cast;
  const admin = cast.client('admin');
  const people = (await admin.get('/api/v1/accounts')).body as { person: { id: string; name: string } }[];
  const id = people.find(({ person }) => person.name === name)?.person.id;
  const body = { reason: '合同终止', code: site.code('admin') };
  expect((await admin.post(`/api/v1/accounts/${id}/depart`, body)).status).toBe(200);
}

describe.each(ENDINGS)('%s', (_, name, end) => {
  let cookie: string;

  beforeAll(async () => {
    await cast.site.invite({ name, displayName: '吴再审', role: 'auditor', vendor: null });
    const client = await ApiClient.signIn(cast.site, name);
    // The cookie as it was: signing out takes it from the browser as well.
    cookie = client.cookie;
    await cast.session();
    expect((await client.get('/api/v1/sessions')).status).toBe(200);
    await end(client);
  });

  test.each(TABLE.filter(({ expects }) => expects.nobody === 401))('may no longer ask $route', async (row) => {
    const asked = await row.asks(cast, 'nobody');
    const before = await evidenceSize(cast.site);
    const [method = 'GET'] = row.route.split(' ');
    const answer = await new ApiClient(cast.site).raw(addressOf(row.route, asked), {
      method,
      headers: { cookie, origin: cast.site.running.web, 'content-type': 'application/json' },
      ...(method === 'POST' && { body: JSON.stringify(asked.body ?? {}) }),
    });
    expect([answer.status, answer.body]).toEqual([401, { code: 'session.none', message: expect.anything() }]);
    const refused = (await evidence(cast.site, before)).filter(({ type }) => type === 'access.refused');
    expect(refused).toEqual([]);
  });
});
