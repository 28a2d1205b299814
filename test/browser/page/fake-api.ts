// A server in memory that speaks the contract: the built page, canned people and tickets, and just enough memory that
// pressing a button changes something. Everybody in it is fictitious and says so (演示·…). Code 000000 is always wrong.
//
//   node test/browser/page/fake-api.ts [port]     then sign in as head, operator, auditor, admin or section

import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import websocket from '@fastify/websocket';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { InvitationOffer } from '../../../web/contract/login.ts';
import type { DepartureReceipt } from '../../../web/contract/people.ts';
import type { CompletionReport } from '../../../web/contract/tickets.ts';
import type { Problem, Role } from '../../../web/contract/words.ts';
import { arrangementRoutes } from './fake-arrangements.ts';
import { attachmentRoutes } from './fake-attachments.ts';
import { custodyRoutes } from './fake-custody.ts';
import { type Data, demoData } from './fake-data.ts';
import { demoFiles } from './fake-files.ts';
import { originalRoutes } from './fake-originals.ts';
import { NOW, peopleByRole } from './fake-people.ts';
import { recordingOf } from './fake-recording.ts';
import { recordRoutes } from './fake-records.ts';
import { supervisionRoutes } from './fake-supervision.ts';

const DIST = join(import.meta.dirname, '../../../web/dist');
const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.html': 'text/html; charset=utf-8',
};
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'";

export interface FakeApi {
  readonly url: string;
  readonly data: Data;
  /** Every POST that came, newest last. */
  readonly posts: { readonly url: string; readonly body: unknown }[];
  close(): Promise<void>;
}

/** `dist` is where the built page lies. */
export async function fakeApi(port = 0, data: Data = demoData(), dist = DIST): Promise<FakeApi> {
  // The live stream never ends by itself, and closing must not wait for it.
  const app = Fastify({ forceCloseConnections: true });
  const posts: FakeApi['posts'] = [];
  await app.register(websocket);
  app.addHook('preHandler', async (request) => {
    if (request.method === 'POST') posts.push({ url: request.url, body: request.body });
    const body = request.body;
    if (typeof body === 'object' && body !== null && 'code' in body && body.code === '000000') throw WRONG_CODE;
  });
  app.setErrorHandler((error: unknown, _, reply) => {
    const refusal =
      error instanceof Refused ? error : new Refused(500, 'fault', '服务器出了错。', 'The server failed.');
    return reply.status(refusal.status).send(refusal.problem);
  });
  await app.register(async (api) => routes(api, data), { prefix: '/api/v1' });
  app.get('/*', (request, reply) => {
    const asked = join(dist, new URL(request.url, 'http://page').pathname);
    const file = extname(asked) !== '' && existsSync(asked) ? asked : join(dist, 'index.html');
    return reply
      .header('content-security-policy', POLICY)
      .type(TYPES[extname(file)] ?? 'application/octet-stream')
      .send(readFileSync(file));
  });
  const url = await app.listen({ port, host: '127.0.0.1' });
  return { url, data, posts, close: () => app.close() };
}

class Refused extends Error {
  readonly status: number;
  readonly problem: Problem;
  constructor(status: number, code: string, zh: string, en: string) {
    super(code);
    this.status = status;
    this.problem = { code, message: { zh, en }, ...(status === 500 ? { reference: 'F-7Q2K' } : {}) };
  }
}

const WRONG_CODE = new Refused(
  403,
  'login.code',
  '动态口令不对或已用过，请等下一组再试。',
  'The code is wrong or used; wait for the next one.',
);

function who(request: FastifyRequest): Role {
  const role = /role=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
  const found = Object.keys(peopleByRole).find((each) => each === role);
  if (found === undefined) throw new Refused(401, 'login.required', '请先登录。', 'Sign in first.');
  return found as Role;
}

function routes(api: FastifyInstance, data: Data): void {
  api.get('/status', () => ({
    product: 'Sluice',
    version: '0.1.0',
    demo: true,
    now: Date.now(),
    timeZone: 'Asia/Shanghai',
  }));
  api.get('/me', (request) => ({ account: peopleByRole[who(request)], expiresAt: NOW + 3_600_000 }));
  api.post<{ Body: { name: string } }>('/login', (request, reply) => {
    const role = (Object.keys(peopleByRole) as Role[]).find((each) => each === request.body.name);
    if (role === undefined) {
      throw new Refused(401, 'login.failed', '账号名、密码或动态口令不对。', 'Name, password or code is wrong.');
    }
    return reply
      .header('set-cookie', `role=${role}; Path=/; HttpOnly; SameSite=Strict`)
      .send({ account: peopleByRole[role], expiresAt: NOW + 3_600_000 });
  });
  api.post('/logout', (_, reply) => reply.header('set-cookie', 'role=; Path=/; Max-Age=0').status(204).send());
  api.post<{ Body: { token: string } }>('/invitations/open', (request) => {
    if (request.body.token !== 'demo')
      throw new Refused(
        404,
        'invitation.unknown',
        '这份邀请不存在、已用过或已过期。',
        'This invitation is unknown, used or expired.',
      );
    return OFFER;
  });
  api.post('/invitations/accept', (_, reply) => reply.status(204).send());
  api.get('/me/keys', () => data.keys);
  api.post('/me/keys', () => data.keys[0]);
  api.post('/me/keys/:id/remove', (_, reply) => reply.status(204).send());
  api.get('/me/passkeys', () => []);
  const open = new Set<{ write(text: string): unknown }>();
  api.get('/live', (_, reply) => {
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.raw.write(': open\n\n');
    open.add(reply.raw);
    reply.raw.once('close', () => open.delete(reply.raw));
  });
  ticketRoutes(api, data);
  sessionRoutes(api, data);
  peopleRoutes(api, data);
  recordRoutes(api, peopleByRole, data.sessions, NOW, who);
  const changed = () => open.forEach((page) => void page.write('data: {"changed":"sessions"}\n\n'));
  supervisionRoutes(api, { people: peopleByRole, sessions: data.sessions, roleOf: who, changed });
  custodyRoutes(api, peopleByRole, data.sessions, NOW, who);
  arrangementRoutes(api, peopleByRole, NOW);
}

const OFFER: InvitationOffer = {
  name: 'yanshi-zhou',
  displayName: '演示·周样',
  role: 'section',
  expiresAt: NOW + 86_400_000,
  totp: {
    secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    uri: 'otpauth://totp/Sluice:yanshi-zhou?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Sluice',
  },
  passwordMinLength: 12,
};

type WithId = { Params: { id: string } };

function ticketRoutes(api: FastifyInstance, data: Data): void {
  const change = (id: string, fields: object) => {
    const index = data.tickets.findIndex((ticket) => ticket.id === id);
    const before = data.tickets[index];
    if (before === undefined) throw new Refused(404, 'ticket.unknown', '没有这张工单。', 'There is no such ticket.');
    const after = { ...before, ...fields };
    data.tickets[index] = after;
    return after;
  };
  const found = (id: string) => data.tickets.find((ticket) => ticket.id === id);
  originalRoutes(api, { now: NOW, refuse: (...how) => new Refused(...how) });
  attachmentRoutes(api, { ticket: found, change, refuse: (...how) => new Refused(...how) });
  api.post<WithId & { Body: { readonly terms?: object } }>('/tickets/:id/revise', ({ params, body }) => {
    const { terms } = change(params.id, {});
    return change(params.id, {
      ...body,
      state: 'draft',
      channels: data.draft.channels,
      terms: { ...terms, ...body.terms },
    });
  });
  api.get('/requestable', () => data.requestable);
  api.get<{ Querystring: { state?: string } }>('/tickets', (request) => {
    const role = who(request);
    return data.tickets
      .filter((ticket) => role !== 'operator' || ticket.requester.id === peopleByRole.operator.id)
      .filter((ticket) => request.query.state === undefined || ticket.state === request.query.state);
  });
  api.post<{ Body: { readonly terms?: object } }>('/tickets', (request) => {
    const terms = { ...data.draft.terms, ...request.body.terms };
    const ticket = { ...data.draft, ...request.body, terms, id: 't-new', channels: data.draft.channels };
    data.tickets.unshift(ticket);
    return ticket;
  });
  api.get<WithId>('/tickets/:id', ({ params }) => change(params.id, {}));
  api.post<WithId>('/tickets/:id/submit', ({ params }) => change(params.id, { state: 'submitted', submittedAt: NOW }));
  api.post<WithId>('/tickets/:id/withdraw', ({ params }) => change(params.id, { state: 'withdrawn' }));
  api.post<WithId>('/tickets/:id/approve', ({ params }) =>
    change(params.id, { state: 'approved', decidedAt: NOW, approver: peopleByRole.head }),
  );
  api.post<WithId & { Body: { reason: string } }>('/tickets/:id/refuse', ({ params, body }) =>
    change(params.id, { state: 'refused', decidedAt: NOW, approver: peopleByRole.head, decisionReason: body.reason }),
  );
  api.post<WithId & { Body: { reason: string } }>('/tickets/:id/revoke', ({ params, body }) =>
    change(params.id, {
      state: 'revoked',
      decidedAt: NOW,
      approver: peopleByRole.head,
      decisionReason: body.reason,
      liveSessions: 0,
    }),
  );
  api.post<WithId & { Body: Omit<CompletionReport, 'at'> }>('/tickets/:id/report', ({ params, body }) =>
    change(params.id, { state: 'reported', report: { ...body, at: NOW }, liveSessions: 0 }),
  );
}

function sessionRoutes(api: FastifyInstance, data: Data): void {
  api.get<{ Querystring: { live?: string; ticket?: string; account?: string } }>('/sessions', ({ query }) =>
    data.sessions
      .filter((session) => query.live !== 'true' || session.endedAt === null)
      .filter((session) => query.ticket === undefined || session.ticket.id === query.ticket)
      .filter((session) => query.account === undefined || session.account.id === query.account),
  );
  api.get<WithId>('/sessions/:id', ({ params }) => data.sessions.find((session) => session.id === params.id));
  api.get<WithId & { Querystring: { from?: string } }>('/sessions/:id/replay', ({ params, query }) =>
    recordingOf(params.id, Number(query.from ?? 0)),
  );
  api.get('/sessions/:id/files', () => demoFiles());
  api.get('/sessions/:id/commands', () => ({
    ready: true,
    more: false,
    commands: [
      { at: 1200, prompt: '$ ', text: 'systemctl status nginx', keys: 23, confidence: 'exact' },
      { at: 4200, prompt: 'Password: ', text: null, keys: 9, confidence: 'hidden' },
      { at: 5200, prompt: '$ ', text: 'ls\u202e -la', keys: 7, confidence: 'low' },
    ],
  }));
  api.get('/evidence', () => data.evidence);
  api.get('/checkpoint', () => ({ checkpoint: null, verifierKey: data.evidence.verifierKey }));
  api.post<{ Body: { ticketId: string } }>('/terminals', ({ body }) => ({
    token: body.ticketId === 't-watched' ? 'wait' : 'once',
  }));
  api.get('/terminals/socket', { websocket: true }, (socket) => {
    const says = (message: object) => socket.send(JSON.stringify(message));
    socket.on('message', (raw: Buffer, binary: boolean) => {
      if (binary) {
        socket.send(raw);
        if (raw.includes(4)) {
          says({
            type: 'ended',
            reason: 'finished',
            text: { zh: '目标上的程序正常结束。', en: 'The program on the target ended.' },
            exitStatus: 0,
          });
          socket.close();
        }
      } else if (raw.includes('"wait"')) {
        says({
          type: 'notice',
          text: {
            zh: '本工单须有监督人在线观看：监督人打开观看后会话自动开始，请稍候。',
            en: 'this ticket is supervised: the session begins when a supervisor watches. Please wait.',
          },
        });
      } else if (raw.includes('hello')) {
        says({ type: 'opened', sessionId: 's-live', closesAt: Date.now() + 4 * 60_000 });
        socket.send(Buffer.from('\x1b[32mops@kaibiao-app-2\x1b[0m:~$ \x1b[2147483647S'));
        says({
          type: 'notice',
          text: { zh: '维护窗口还有 5 分钟关闭，请收尾。', en: 'The window closes in 5 minutes; finish up.' },
        });
      }
    });
  });
}

function peopleRoutes(api: FastifyInstance, data: Data): void {
  api.get('/accounts', () => data.accounts);
  const invited = () => ({
    account: data.accounts.find((account) => account.state === 'invited'),
    link: 'https://sluice.example/join#demo-5f2c9ab1e07b',
  });
  api.post('/accounts', invited);
  api.post('/accounts/:id/invite', invited);
  api.post<WithId>(
    '/accounts/:id/depart',
    (): DepartureReceipt => ({
      person: peopleByRole.operator,
      departedAt: NOW,
      sessions: [{ id: 's-live', target: '演示·开标应用 2 号', login: 'ops', closedAfterMs: 41.6 }],
      browserSessions: 1,
      passkeys: 1,
      keys: 2,
      invitations: 0,
      tickets: [{ id: 't-open', number: 'BG-20261122-02' }],
      usedTargetAccounts: [{ target: '演示·开标应用 2 号', login: 'ops', lastUsedAt: NOW - 60_000 }],
    }),
  );
  api.get('/targets', () => data.targets);
  api.post('/targets/scan', () => ({
    hostKey: 'ssh-ed25519 AAAA',
    fingerprint: 'SHA256:Zr3mGxWc0g9yq1uT4pVn7fJ2kLs8dHb5eXo6aQiCwYM',
    algorithm: 'ssh-ed25519',
  }));
  api.post('/targets', () => data.targets[0]);
  api.post('/targets/:id/accounts', () => data.targets[0]);
  api.get('/targets/trusted-keys', () => data.trustedKeys);
}

if (import.meta.main) {
  const { url } = await fakeApi(Number(process.argv[2] ?? 4173));
  process.stdout.write(`${url}\n`);
}
