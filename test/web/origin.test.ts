// Where a request comes from: what the browser says of it is believed, what anybody can write is not (B5, B7).

import { connect as connectTcp } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../support/api-client.ts';
import { evidence, evidenceSize } from '../support/evidence.ts';
import { PASSWORD, startInstallation, type TestInstallation } from '../support/installation.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { rawSocket } from '../support/raw-socket.ts';
import { type SecondServer, secondServer } from '../support/second-server.ts';
import { connect, terminalToken } from '../support/web-terminal.ts';
import { Cast, COLUMNS } from './cast.ts';
import { addressOf, TABLE } from './route-table.ts';
import { everyRow } from './rows.ts';

let site: TestInstallation;
let cast: Cast;
let engineer: ApiClient;

beforeAll(async () => {
  site = await startInstallation();
  cast = await Cast.signIn(site);
  engineer = cast.client('operator').at(site);
});
afterAll(() => site.stop());

const draftWith = async (client: ApiClient, headers: Readonly<Record<string, string>>) =>
  client.raw('/api/v1/tickets', {
    method: 'POST',
    headers: { cookie: client.cookie, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(await cast.ticketBody()),
  });

describe('a request that changes something', () => {
  const foreign: readonly Record<string, string>[] = [
    { origin: 'https://elsewhere.example' },
    { origin: 'null' },
    { origin: '' },
    { origin: 'http://127.0.0.1' },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin: 'OWN' },
  ];

  test.each(foreign)('from %j is refused and changes nothing (R43, B7)', async (headers) => {
    const before = await everyRow(site);
    const own = headers.origin === 'OWN' ? { ...headers, origin: site.running.web } : headers;
    const answer = await draftWith(engineer, own);
    expect([answer.status, answer.body]).toMatchObject([403, { code: 'request.foreign-origin' }]);
    expect(await everyRow(site)).toEqual(before);
  });

  test('from our own page, or from a program that is no browser, is heard (R37)', async () => {
    const page = { origin: site.running.web, 'sec-fetch-site': 'same-origin' };
    expect((await draftWith(engineer, page)).status).toBe(200);
    expect((await draftWith(engineer, {})).status).toBe(200);
  });

  test('signing in from another site is refused as well (B7)', async () => {
    const answer = await new ApiClient(site).raw('/api/v1/login', {
      method: 'POST',
      headers: { origin: 'https://elsewhere.example', 'content-type': 'application/json' },
      body: JSON.stringify(cast.credentials('head')),
    });
    expect(answer.status).toBe(403);
  });

  test('no GET changes anything, whoever sends it (B7)', async () => {
    const asked = [];
    for (const row of TABLE.filter(({ route }) => route.startsWith('GET') && !route.endsWith('/live'))) {
      for (const column of COLUMNS) asked.push({ column, address: addressOf(row.route, await row.asks(cast, column)) });
    }
    const before = await everyRow(site);
    const from = await evidenceSize(site);
    for (const { column, address } of asked) await cast.client(column).get(address);
    const { evidence: _, ...rows } = await everyRow(site);
    expect(before).toMatchObject(rows);
    const left = new Set((await evidence(site, from)).map(({ type }) => type));
    // Who looked at what, and that the log goes on.
    const looking = [
      'access.refused',
      'replay.opened',
      'leaf.proved',
      'search.made',
      'ticket.attachment-read',
      'log.heartbeat',
    ];
    expect([...left].filter((type) => !looking.includes(type))).toEqual([]);
    expect(left).toContain('replay.opened');
  });
});

describe('a header that anybody can write', () => {
  const claims = {
    'x-forwarded-for': '203.0.113.9',
    'x-real-ip': '203.0.113.9',
    forwarded: 'for=203.0.113.9;proto=https;host=elsewhere.example',
    'x-forwarded-host': 'elsewhere.example',
    'x-forwarded-proto': 'https',
    'x-remote-user': 'admin',
    'x-forwarded-user': 'admin',
    'x-webauth-user': 'admin',
    'x-sluice-account': 'admin',
    'x-http-method-override': 'DELETE',
    'x-original-url': '/api/v1/accounts',
    'x-rewrite-url': '/api/v1/accounts',
  };

  test('signs nobody in (B5)', async () => {
    expect((await new ApiClient(site).raw('/api/v1/me', { headers: claims })).status).toBe(401);
  });

  test('does not change the address written down, nor any link (B5)', async () => {
    const from = await evidenceSize(site);
    const answer = await new ApiClient(site).raw('/api/v1/login', {
      method: 'POST',
      headers: { ...claims, 'content-type': 'application/json' },
      body: JSON.stringify({ ...cast.credentials('head'), password: 'wrong' }),
    });
    expect(answer.status).toBe(401);
    const [failed] = await evidence(site, from);
    expect(failed).toMatchObject({ type: 'login.failed', source: '127.0.0.1' });
    const identity = { document: 'other', number: 'no-linked' };
    const invited = await new ApiClient(site).raw('/api/v1/accounts', {
      method: 'POST',
      headers: { ...claims, cookie: cast.client('admin').cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'linked', displayName: '链例', role: 'section', vendor: null, identity }),
    });
    expect((invited.body as { link: string }).link).toMatch(`${site.running.web}/join#`);
  });

  test('does not open a terminal from an address the ticket does not name (B5)', async () => {
    const { id } = await site.approvedTicket({ sources: ['203.0.113.9'] });
    const token = await terminalToken(site, engineer, id);
    const { cookie } = engineer;
    const { socket, status, closed } = rawSocket(site.running.web, { ...claims, cookie, origin: site.running.web });
    await status;
    socket.send(JSON.stringify({ type: 'hello', token }));
    expect((await closed).said).toMatchObject([{ type: 'ended', reason: 'channel.source-not-agreed' }]);
  });

  test.each(['PROXY TCP4 203.0.113.9 127.0.0.1 1 2\r\n', '\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c'])(
    'and a line before the request is no request: %j (B5)',
    async (line) => {
      const { hostname, port } = new URL(site.running.web);
      const socket = connectTcp({ host: hostname, port: Number(port) });
      let answer = '';
      socket.setEncoding('utf8').on('data', (text: string) => {
        answer += text;
      });
      socket.end(`${line}GET /api/v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, 'latin1');
      await new Promise((resolve) => socket.once('close', resolve));
      expect(answer).toMatch(/^HTTP\/1\.1 400/);
    },
  );
});

describe('the socket of a terminal', () => {
  let second: SecondServer;
  const clock = new ManualClock();
  let ticket: string;
  let headers: { cookie: string; origin: string };

  beforeAll(async () => {
    second = await secondServer(site, { clock });
    ticket = (await site.approvedTicket()).id;
    headers = { cookie: engineer.cookie, origin: second.site.running.web };
  });
  afterAll(() => second.stop());

  const open = async (first: string | Buffer) => {
    const { socket, status, closed } = rawSocket(second.site.running.web, headers);
    expect(await status).toBe(101);
    socket.send(first);
    return closed;
  };
  const hello = (token: string): string => JSON.stringify({ type: 'hello', token });
  const refused = { code: 1008, said: [{ type: 'ended', reason: 'terminal.token' }] };
  const engineerThere = async (): Promise<string> => terminalToken(site, engineer.at(second.site), ticket);

  test.each([
    ['a foreign origin', { origin: 'https://elsewhere.example' }, 403],
    ['the origin null', { origin: 'null' }, 403],
    ['no origin', { origin: '' }, 403],
    ['no cookie', { cookie: '' }, 401],
    ['a cookie somebody made up', { cookie: 'sluice_session=AAAA' }, 401],
  ])('with %s is refused before there is one (B7)', async (_, changed, status) => {
    const given = Object.entries({ ...headers, ...changed }).filter(([, value]) => value !== '');
    expect(await rawSocket(second.site.running.web, Object.fromEntries(given)).status).toBe(status);
  });

  test('opens nothing for the cookie alone: without a token it is closed after ten seconds (B7)', async () => {
    const { status, closed } = rawSocket(second.site.running.web, headers);
    await status;
    clock.advance(10_000);
    expect(await closed).toEqual({ code: 1008, said: [] });
  });

  const GARBAGE: readonly (readonly [string, string | Buffer])[] = [
    ['an unknown token', hello('A'.repeat(43))],
    ['no JSON', 'hello'],
    ['bytes before the greeting', Buffer.from('id\r')],
    ['a greeting as bytes', Buffer.from(hello('x'))],
    ['a resize first', '{"type":"resize","columns":80,"rows":24}'],
    ['another field', '{"type":"hello","token":"x","role":"admin"}'],
    ['a prototype', '{"type":"hello","__proto__":{"token":"x"}}'],
    ['a text of 1 MB', 'x'.repeat(2 ** 20)],
  ];
  test.each(GARBAGE)('that begins with %s is told so and closed (R43)', async (_, first) => {
    expect(await open(first)).toMatchObject(refused);
  });

  test('is cut off at a message above 1 MiB, unread (R43)', async () => {
    expect((await open('x'.repeat(2 ** 20 + 1))).code).toBe(1009);
  });

  test('takes a token once, from its own person, within half a minute (B7)', async () => {
    const before = await engineer.get('/api/v1/sessions');
    const others = await engineerThere();
    const rival = { cookie: cast.client('rival').cookie, origin: headers.origin };
    const stolen = rawSocket(second.site.running.web, rival);
    await stolen.status;
    stolen.socket.send(hello(others));
    expect(await stolen.closed).toMatchObject(refused);
    expect(await open(hello(others))).toMatchObject(refused);

    const late = await engineerThere();
    clock.advance(30_000);
    expect(await open(hello(late))).toMatchObject(refused);
    expect((await engineer.get('/api/v1/sessions')).body).toEqual(before.body);

    const good = await engineerThere();
    const terminal = connect(second.site, engineer, good);
    await terminal.said('opened');
    expect(await open(hello(good))).toMatchObject(refused);
    terminal.socket.close();
    await terminal.closed;
  });

  test('is refused by the gate for everybody but the requester, and that is written down (R2, B1)', async () => {
    for (const column of COLUMNS) {
      if (column === 'nobody' || column === 'operator') continue;
      const client = cast.client(column);
      const body = { ticketId: ticket, targetAccountId: await cast.targetAccount(), columns: 80, rows: 24 };
      const answer = await client.post('/api/v1/terminals', { ...body, code: cast.code(column) });
      const from = await evidenceSize(site);
      const { socket, status, closed } = rawSocket(site.running.web, {
        cookie: client.cookie,
        origin: site.running.web,
      });
      await status;
      socket.send(hello((answer.body as { token: string }).token));
      const { said } = await closed;
      expect(said, column).toMatchObject([{ type: 'ended' }]);
      const left = (await evidence(site, from)).map(({ type }) => type);
      expect([column, left.filter((type) => /refused|opened/.test(type))]).toEqual([column, ['access.refused']]);
    }
  });

  test.each([
    ['text that is no JSON', 'ls', 1007],
    ['an unknown message', '{"type":"exec","command":"id"}', 1007],
    ['an impossible size', '{"type":"resize","columns":1e9,"rows":24}', 1007],
    ['a message above 256 KiB', Buffer.alloc(256 * 1024 + 1, 'x'), 1009],
  ])('ends its session at %s (R43)', async (_, message, code) => {
    const terminal = connect(second.site, engineer, await engineerThere());
    await terminal.said('opened');
    const closed = new Promise((resolve) => terminal.socket.once('close', resolve));
    terminal.socket.send(message);
    expect(await closed).toBe(code);
  });

  test('whose browser vanished is gone after two unanswered beats (R1)', async () => {
    const { socket, status } = rawSocket(second.site.running.web, headers);
    await status;
    const gone = new Promise((resolve) => socket.once('close', resolve));
    const asked = new Promise((resolve) => socket.once('ping', resolve));
    socket.send(hello(await engineerThere()));
    await new Promise((resolve) => socket.once('message', resolve));
    // Takes in nothing and answers nothing from here on, like a machine whose network went.
    Object.assign(socket, { pong: () => undefined });
    clock.advance(20_000);
    await asked;
    clock.advance(20_000);
    expect(await gone).toBe(1006);
  });
});

describe('what every answer carries', () => {
  const headersOf = async (path: string, init: RequestInit = {}) =>
    (await fetch(`${site.running.web}${path}`, init)).headers;

  test.each(['/api/v1/status', '/api/v1/me', '/api/v1/nothing', '/api/v1/openapi.json'])(
    '%s is kept nowhere, framed nowhere and sniffed by nobody (B7, B9)',
    async (path) => {
      const headers = await headersOf(path);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('server')).toBeNull();
    },
  );

  test('the event stream carries the same', async () => {
    const { response, stop } = await engineer.events('/api/v1/live');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    stop();
  });

  const cookieOf = async (web: string) => {
    const response = await fetch(`${web}/api/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'section', password: PASSWORD, code: site.code('section') }),
    });
    return response.headers.get('set-cookie') ?? '';
  };

  test('the cookie is for this site’s own requests only, out of reach of scripts (B6, B7)', async () => {
    const [value, ...attributes] = (await cookieOf(site.running.web)).split('; ');
    expect(value).toMatch(/^sluice_session=[A-Za-z0-9_-]{43}$/);
    expect(attributes.filter((each) => !each.startsWith('Expires='))).toEqual([
      'Path=/',
      'HttpOnly',
      'SameSite=Strict',
    ]);
  });

  test('behind a proxy that ends TLS the cookie is secure, and our pages are the public ones (B5, B7)', async () => {
    const second = await secondServer(site, { publicUrl: 'https://sluice.example' });
    const { web } = second.site.running;
    const cookie = await cookieOf(web);
    expect(cookie).toMatch(/^__Host-sluice_session=/);
    expect(cookie).toContain('; Secure');
    const logout = (origin: string) => fetch(`${web}/api/v1/logout`, { method: 'POST', headers: { origin } });
    expect((await logout(web)).status).toBe(403);
    expect((await logout('https://sluice.example')).status).toBe(204);
    const answer = await fetch(`${web}/api/v1/status`);
    expect(answer.headers.get('strict-transport-security')).toContain('max-age=31536000');
    await second.stop();
  });
});

describe('the event stream', () => {
  test('says what changed and nothing about it (R42)', async () => {
    const stream = await cast.client('auditor').events('/api/v1/live');
    await draftWith(engineer, {});
    const text = await stream.until('data:');
    expect(text).toContain('data: {"changed":"tickets"}\n\n');
    stream.stop();
  });

  test('ends at once when its browser signs out, and so does a terminal (R10)', async () => {
    const { id } = await site.approvedTicket();
    const client = await ApiClient.signIn(site, 'engineer');
    const other = await ApiClient.signIn(site, 'engineer');
    const [mine, theirs] = [await client.events('/api/v1/live'), await other.events('/api/v1/live')];
    const terminal = connect(site, client, await terminalToken(site, client, id));
    await terminal.said('opened');
    await client.post('/api/v1/logout');
    expect(await mine.ended()).toContain('retry');
    expect(await terminal.said('ended')).toMatchObject({ reason: 'session.signed-out' });
    await terminal.closed;
    // The other browser of the same person goes on.
    await draftWith(other, {});
    await theirs.until('"tickets"');
    theirs.stop();
  });

  test('does not keep an idle browser signed in (R14)', async () => {
    const clock = new ManualClock();
    const second = await secondServer(site, { clock });
    const client = await ApiClient.signIn(second.site, 'section');
    const stream = await client.events('/api/v1/live');
    await stream.until('retry');
    for (let minutes = 0; minutes < 30; minutes += 10) {
      site.clock.push(10 * 60_000);
      clock.advance(20_000);
    }
    await stream.ended();
    expect((await client.get('/api/v1/me')).status).toBe(401);
    await second.stop();
  });

  test('ends when its person departs (R10)', async () => {
    const admin = await ApiClient.signIn(site, 'admin');
    const leaver = await ApiClient.signIn(site, 'section');
    const stream = await leaver.events('/api/v1/live');
    const people = (await admin.get('/api/v1/accounts')).body as { person: { id: string; name: string } }[];
    const id = people.find(({ person }) => person.name === 'section')?.person.id;
    const act = await admin.post(`/api/v1/accounts/${id}/depart`, { reason: '调离', code: site.code('admin') });
    expect(act.status).toBe(200);
    expect(await stream.ended()).not.toContain('data: {"changed":"people"}');
  });
});
