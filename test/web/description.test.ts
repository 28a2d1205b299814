// The API's description (R37): every route is in it, with who may ask, and what is answered in a real run is what it says.

import { Compile } from 'typebox/schema';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiAnswer } from '../support/api-client.ts';
import { routesDeclaredBy } from '../support/api-routes.ts';
import { startInstallation } from '../support/installation.ts';
import { Cast, COLUMNS } from './cast.ts';
import { addressOf, TABLE } from './route-table.ts';

interface Operation {
  readonly summary?: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: object }>> }>>;
}
interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly securitySchemes: Readonly<Record<string, object>> };
}

let cast: Cast;
let description: Description;
let declared: readonly string[];

beforeAll(async () => {
  const { made, routes } = await routesDeclaredBy(() => startInstallation());
  declared = routes;
  cast = await Cast.signIn(made);
  description = (await cast.client('nobody').get('/api/v1/openapi.json')).body as Description;
});
afterAll(() => cast.site.stop());

function operationOf(route: string): Operation {
  const [method = '', path = ''] = route.split(' ');
  const found = description.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
  if (found === undefined) throw new Error(`expected ${route} to be described`);
  return found;
}

test('it describes every route that the server declares, and no other (R37)', () => {
  const described = Object.entries(description.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  );
  expect(described.sort()).toEqual([...declared].sort());
});

test('it names the cookie', () => {
  expect(description.openapi).toBe('3.1.0');
  expect(description.components.securitySchemes).toEqual({
    session: { type: 'apiKey', in: 'cookie', name: 'sluice_session' },
  });
});

test.each(TABLE)('$route says what it is for, who may ask, and how it refuses', ({ route, expects }) => {
  const operation = operationOf(route);
  expect(operation.summary).toMatch(/\w/);
  expect(operation.security).toEqual(expects.nobody < 300 ? [] : [{ session: [] }]);
  for (const status of ['4XX', '5XX']) {
    expect(operation.responses[status]?.content?.['application/json']?.schema).toMatchObject({
      required: ['code', 'message'],
    });
  }
  expect(route.includes(':id')).toBe(operation.parameters?.some(({ name }) => name === 'id') ?? false);
});

const streams = [
  'POST /api/v1/record-requests/:id/download',
  'GET /api/v1/tickets/:id/attachments/:sha256',
  'GET /api/v1/live',
  'GET /api/v1/openapi.json',
  'GET /api/v1/terminals/socket',
  'GET /api/v1/watchings/socket',
];

test.each(TABLE.filter(({ route }) => !streams.includes(route)))(
  '$route takes and answers what it says',
  async (row) => {
    const { responses, requestBody } = operationOf(row.route);
    const inOrder = [...COLUMNS].sort((a, b) => row.expects[b] - row.expects[a]);
    for (const column of inOrder) {
      const asked = await row.asks(cast, column);
      expect(asked.body === undefined, 'a body is described').toBe(requestBody === undefined);
      const client = cast.client(column);
      const address = addressOf(row.route, asked);
      const answer: ApiAnswer = await (row.route.startsWith('GET')
        ? client.get(address)
        : client.post(address, asked.body));
      const said = responses[String(answer.status)] ?? responses[`${Math.floor(answer.status / 100)}XX`];
      expect(said, `${answer.status} is described`).toBeDefined();
      const schema = said?.content?.['application/json']?.schema;
      if (schema === undefined) expect(answer.body).toBeUndefined();
      else expect(Compile(closed(schema)).Check(answer.body), JSON.stringify(answer.body)).toBe(true);
    }
  },
);

/** The same schema without room for what it does not name: an answer holds nothing that is not described. */
function closed(schema: unknown): object {
  const text = JSON.stringify(schema, (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'properties' in value && 'type' in value
      ? { ...value, additionalProperties: false }
      : value,
  );
  return JSON.parse(text) as object;
}
