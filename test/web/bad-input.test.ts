// Every route that takes input × input that is no good (R43, B15): a sentence in both languages, and nothing changed.

import { type RequestOptions, request as send } from 'node:http';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Problem } from '../../web/contract/words.ts';
import { startInstallation } from '../support/installation.ts';
import { Cast, type Column } from './cast.ts';
import { addressOf, type Row, TABLE } from './route-table.ts';
import { everyRow } from './rows.ts';

let cast: Cast;

beforeAll(async () => {
  cast = await Cast.signIn(await startInstallation());
});
afterAll(() => cast.site.stop());

const PEOPLE = ['operator', 'head', 'auditor', 'admin', 'nobody'] as const;

/** Whoever would be allowed to, so that only the input is wrong. */
const allowed = ({ expects }: Row): Column =>
  PEOPLE.find((column) => expects[column] < 300) ??
  // What is well-formed may come at the wrong time; what is not is found before that.
  PEOPLE.find((column) => expects[column] === 409) ??
  'nobody';

const posts = TABLE.filter(({ route }) => route.startsWith('POST'));
const TAKE_NOTHING = [
  ':sha256/remove',
  'watch',
  'resume',
  'submit',
  'file',
  'accept',
  'end',
  'discard',
  'download',
  'withdraw',
  'invite',
  'logout',
  'capsule',
  'destroy',
  'login/passkey',
  'question',
];
const withBody = posts.filter(({ route }) => !TAKE_NOTHING.some((act) => route.endsWith(`/${act}`)));
const CODED = withBody.filter(({ route }) => /depart|revoke/.test(route));
const FREE = withBody.filter(
  ({ route }) =>
    !/depart|revoke|remove|approve|deputies|routes|lift|keys|notices|terminals|login|custodians|unsealings/.test(route),
);

async function requestOf(row: Row) {
  const column = allowed(row);
  const asked = await row.asks(cast, column);
  return { address: addressOf(row.route, asked), column, body: { ...asked.body } as Record<string, unknown> };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

// Each test comes from an address of its own, and so has its own share of requests.
let sources = 1;
const nextSource = (): string => {
  sources += 1;
  return `127.0.0.${sources}`;
};

/** Exactly this address, these headers and these bytes: nothing tidies them up on the way. */
function raw(path: string, options: RequestOptions, body?: string | Buffer): Promise<Answer> {
  const { hostname, port } = new URL(cast.site.running.web);
  return new Promise((resolve, reject) => {
    const outgoing = send({ hostname, port, path, agent: false, ...options }, (incoming) => {
      const type = incoming.headers['content-type'] ?? '';
      let text = '';
      incoming.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          type,
          body: type.includes('json') && text !== '' ? JSON.parse(text) : text,
        }),
      );
    });
    // The server may hang up on what is too large before it was sent.
    outgoing.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? undefined : reject(error)));
    outgoing.end(body);
  });
}

function post(
  { address, column }: { readonly address: string; readonly column: Column },
  body: string | Buffer | undefined,
  { type = 'application/json', source = '127.0.0.1' }: { type?: string; source?: string } = {},
): Promise<Answer> {
  const { cookie } = cast.client(column);
  const headers = { ...(type === '' ? {} : { 'content-type': type }), ...(cookie === '' ? {} : { cookie }) };
  return raw(address, { method: 'POST', headers, localAddress: source }, body);
}

function expectProblem(answer: Answer, about: unknown, statuses: readonly number[] = [400]): void {
  const said = JSON.stringify([about, answer]).slice(0, 500);
  expect(statuses, said).toContain(answer.status);
  expect(Value.Check(Problem, answer.body), said).toBe(true);
  const { message } = answer.body as Problem;
  expect(message.zh, said).toMatch(/\p{sc=Han}/u);
  expect(message.en, said).toMatch(/^[\x20-\x7e’“”…]+$/);
  // Neither language holds the other's words, or the validator's.
  expect(message.zh, said).not.toMatch(/\bmust\b|schema|expected/i);
}

const WRONG = [null, true, -1, 1.5, 1e300, '', 'x'.repeat(40_000), [], [null], {}, { a: 1 }];

/** What belongs there after all. */
const isRight = (field: string, value: unknown): boolean =>
  (['vendor', 'email', 'group'].includes(field) && value === null) ||
  (['configUpdated', 'filing', 'discoverable'].includes(field) && value === true) ||
  (['off', 'transports'].includes(field) && Array.isArray(value) && value.length === 0);

/** The body with each field missing, with each thing that does not belong there, and with one field too many. */
function malformed(body: Record<string, unknown>): string[] {
  const fields = Object.keys(body);
  const lacking = fields.map((field) => ({ ...body, [field]: undefined }));
  const replaced = fields.flatMap((field) =>
    WRONG.filter((value) => !isRight(field, value)).map((value) => ({ ...body, [field]: value })),
  );
  const others = [{ ...body, extra: 1 }, { ...body, constructor: 1 }, [], [body], 'text', 7, null, true];
  const proto = `{"__proto__":{"role":"admin"},${JSON.stringify(body).slice(1)}`;
  return [...[...lacking, ...replaced, ...others].map((value) => JSON.stringify(value)), proto];
}

test.each(withBody)('$route refuses what its schema does not know, and changes nothing (R43)', async (row) => {
  const request = await requestOf(row);
  const source = nextSource();
  const before = await everyRow(cast.site);
  for (const text of malformed(request.body)) {
    expectProblem(await post(request, text, { source }), text.slice(0, 200));
  }
  expect(await everyRow(cast.site)).toEqual(before);
});

const UNREADABLE: readonly (readonly [string, string | Buffer | undefined])[] = [
  ['nothing', undefined],
  ['an empty body', ''],
  ['not JSON', '{"reason":'],
  ['two values', '{} {}'],
  ['broken UTF-8', Buffer.from('7b22c328223a317d', 'hex')],
  ['UTF-16', Buffer.from('{"reason":"x"}', 'utf16le')],
  ['half a character', '{"reason":"a\\ud83d"}'],
  ['half a character, very deep', `${'['.repeat(60_000)}"\\udc00"${']'.repeat(60_000)}`],
];

test.each(UNREADABLE)('no route reads %s (R43)', async (_, body) => {
  const source = nextSource();
  const before = await everyRow(cast.site);
  for (const row of withBody) {
    const request = { address: addressOf(row.route, { id: 'x' }), column: allowed(row) };
    expectProblem(await post(request, body, { source }), row.route);
  }
  expect(await everyRow(cast.site)).toEqual(before);
});

test('no route reads a body of 1 MB, and that for attachments none of 16 (R43)', async () => {
  for (const row of withBody) {
    const request = { address: addressOf(row.route, { id: 'x' }), column: allowed(row) };
    expectProblem(
      await post(
        request,
        JSON.stringify({ reason: 'x'.repeat(row.route.endsWith('/attachments') ? 2 ** 24 : 2 ** 20) }),
      ),
      row.route,
      [413],
    );
  }
});

const OTHER_TYPES = [
  'text/plain',
  'text/plain; application/json',
  'application/json; charset=utf-16',
  'application/json; charset=utf-8; charset=utf-7',
  'application/jsonx',
  'application/json, text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json+x',
  '',
];
const SAME_TYPES = [
  ' application/json',
  'application/json\t;',
  'application/json ; charset=utf-8',
  'APPLICATION/JSON',
  'application/json; charset="UTF-8"',
];

test('another content type is not read, whatever the body is (B15)', async () => {
  const before = await everyRow(cast.site);
  for (const row of FREE) {
    const request = await requestOf(row);
    for (const type of OTHER_TYPES) {
      expectProblem(await post(request, JSON.stringify(request.body), { type }), [row.route, type], [415]);
    }
  }
  expect(Object.keys(before)).not.toHaveLength(0);
});

test('no spelling of the content type goes round the schema (B15)', async () => {
  for (const row of withBody) {
    const source = nextSource();
    const request = { address: addressOf(row.route, { id: 'x' }), column: allowed(row) };
    for (const type of SAME_TYPES) {
      expectProblem(await post(request, '{"unknown":1}', { type, source }), [row.route, type], [400, 415]);
    }
  }
});

const HIDDEN = ['\0', '\u001b[2J', '\u202e', '\u2066', '\u200b', '\r', '\u{e0041}'];
/** What is only compared or handed on, never shown. */
const UNSEEN = ['password', 'credential', 'token'];

test.each(FREE)('$route takes no character that hides or reorders others (R43, B9)', async (row) => {
  const request = await requestOf(row);
  const source = nextSource();
  const before = await everyRow(cast.site);
  for (const [field, value] of Object.entries(request.body)) {
    if (typeof value !== 'string' || UNSEEN.includes(field)) continue;
    for (const hidden of HIDDEN) {
      const text = JSON.stringify({ ...request.body, [field]: `${value}${hidden}${value}` });
      expectProblem(await post(request, text, { source }), text.slice(0, 200));
    }
  }
  expect(await everyRow(cast.site)).toEqual(before);
});

test.each(CODED)('$route takes no such character in its reason either (R43, B9)', async (row) => {
  const before = await everyRow(cast.site);
  for (const hidden of ['\0', '\u202e']) {
    const { body, ...request } = await requestOf(row);
    const text = JSON.stringify({ ...body, reason: `合同${hidden}终止` });
    expectProblem(await post(request, text), text);
  }
  const { evidence: _, ...rows } = await everyRow(cast.site);
  expect(before).toMatchObject({ account: rows.account });
});

const LONG = 'x'.repeat(2000);
const QUERIES = [
  ...['state=nope', 'state=', 'open=maybe', 'open=true&open=false', 'other=1', '__proto__=1', `state=${LONG}`].map(
    (query) => `/api/v1/tickets?${query}`,
  ),
  ...['ticket=%00', 'ticket=', 'account=%e2%80%ae', 'ticket[]=x', `account=${LONG}`, 'live=2', 'ticket=a&ticket=b'].map(
    (query) => `/api/v1/sessions?${query}`,
  ),
  ...['', 'q=', 'q=a', 'q=.', 'q=true&from=-1', 'q=a&q=b', `q=${LONG}`, 'q=%00'].map(
    (query) => `/api/v1/search?${query}`,
  ),
  ...['session=x', 'open=maybe', 'open=', 'other=1', `session=${LONG}`].map(
    (query) => `/api/v1/record-requests?${query}`,
  ),
  ...['from=-1', 'from=1.5', 'from=', 'from=1e400', 'from=NaN', 'from=9007199254740993', 'from=0&from=1', 'to=1'].map(
    (query) => `/api/v1/sessions/x/replay?${query}`,
  ),
];

test.each(QUERIES)('GET %s is refused with a sentence (R43)', async (address) => {
  const { cookie } = cast.client('auditor');
  expectProblem(await raw(address, { headers: { cookie } }), address);
});

const TRICKS = [
  '//api/v1/accounts',
  '/api//v1/accounts',
  '/api%2fv1/accounts',
  '/api/v1%2faccounts',
  '/./api/v1/accounts',
  '/api/v1/../v1/accounts',
  '/api/v1/accounts/',
  '/api/v1/accounts/.',
  '/API/v1/accounts',
  '/api/v1/accounts;x=1',
  '/api/v1/accounts%00',
  '/api/v1/accounts%3fx',
  '/api/v1/%61ccounts',
  '/api/v1\\accounts',
  'http://elsewhere/api/v1/accounts',
  '/api/v1/accounts#x',
];

test.each(TRICKS)('no spelling of an address goes round its route: %s (B15)', async (address) => {
  const answer = await raw(address, {});
  // The page is what stands at every other address; an answer of the API is never among them.
  if (answer.status === 200) expect(answer.type).toContain('text/html');
  else expectProblem(answer, address, [400, 401, 404]);
});

test.each(['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])(
  'nothing answers %s (B15)',
  async (method) => {
    const { cookie } = cast.client('admin');
    for (const path of ['/api/v1/accounts', '/api/v1/live', '/api/v1/openapi.json']) {
      const { status } = await raw(path, { method, headers: { cookie } });
      expect([path, status]).toEqual([path, 404]);
    }
  },
);

test('an error says which field is wrong and what was expected, in both languages (R43)', async () => {
  const request = { address: '/api/v1/accounts', column: 'admin' } as const;
  const identity = { document: 'other', number: 'no-newcomer' };
  const whole = { name: 'newcomer', displayName: '新例', role: 'section', vendor: null, identity };
  const said = async (body: object) => ((await post(request, JSON.stringify(body))).body as Problem).message;
  expect(await said({ ...whole, displayName: 7 })).toEqual({
    zh: '提交的内容有误：“displayName”应为文字。没有执行任何操作。',
    en: 'the request is malformed: “displayName” must be text. Nothing was done.',
  });
  expect((await said({ ...whole, role: 'root' })).zh).toContain('“role”应为以下之一：admin, operator');
  expect((await said({ ...whole, name: undefined })).en).toContain('it lacks “name”');
  expect((await said({ ...whole, surname: 'x' })).en).toContain('it has the unknown field “surname”');
  expect((await said({ ...whole, '<img src=x>': 1 })).en).toContain('it has an unknown field');
});
