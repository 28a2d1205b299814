// The web server: the API, its description, the live socket and the built page. Every route authorises for itself.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import Fastify from 'fastify';
import { deputyRoutes, formRoutes, freezeRoutes, routeRoutes } from './api/arrangements.ts';
import { attachmentRoutes } from './api/attachments.ts';
import { custodyRoutes } from './api/custody.ts';
import { describeApi, PUBLIC } from './api/description.ts';
import { evidenceRoutes } from './api/evidence.ts';
import { extensionRoutes } from './api/extensions.ts';
import { keepingRoutes } from './api/keeping.ts';
import { keyRoutes } from './api/keys.ts';
import { lockRoutes } from './api/locks.ts';
import { loginRoutes } from './api/login.ts';
import { noticeRoutes } from './api/notices.ts';
import { originalRoutes } from './api/originals.ts';
import { passkeyRoutes } from './api/passkeys.ts';
import { peopleRoutes } from './api/people.ts';
import { recordRequestRoutes } from './api/record-requests.ts';
import type { App } from './api/routes.ts';
import { searchRoutes } from './api/search.ts';
import { sessionRoutes } from './api/sessions.ts';
import { supervisionRoutes } from './api/supervision.ts';
import { targetRoutes } from './api/targets.ts';
import { ticketRoutes } from './api/tickets.ts';
import { readJsonBodies, requireJsonType } from './guard/json-body.ts';
import { noSuchPage, sendProblem, tooManyRequests } from './guard/problem.ts';
import { SameOrigin } from './guard/same-origin.ts';
import { SessionCookie } from './guard/session-cookie.ts';
import { validatorCompiler } from './guard/validation.ts';
import { changesStream } from './live/changes-stream.ts';
import { HeldOpen } from './live/held-open.ts';
import { terminalSocket } from './live/terminal-socket.ts';
import { watchSocket } from './live/watch-socket.ts';
import type { WebServices, WebSettings } from './services.ts';

const MAX_BODY = 256 * 1024;
const MAX_SOCKET_MESSAGE = 1024 * 1024;
const API = '/api/';
const ROUTES = [
  loginRoutes,
  keyRoutes,
  passkeyRoutes,
  noticeRoutes,
  ticketRoutes,
  extensionRoutes,
  attachmentRoutes,
  originalRoutes,
  deputyRoutes,
  routeRoutes,
  freezeRoutes,
  lockRoutes,
  formRoutes,
  sessionRoutes,
  supervisionRoutes,
  evidenceRoutes,
  custodyRoutes,
  recordRequestRoutes,
  keepingRoutes,
  searchRoutes,
  peopleRoutes,
  targetRoutes,
];

export async function createWebServer(services: WebServices, settings: WebSettings): Promise<App> {
  const app = create(services, settings);
  const origin = new SameOrigin(settings.publicUrl);
  const secure = settings.tls !== null || settings.publicUrl?.startsWith('https:') === true;
  const cookie = new SessionCookie(services.browserSessions, secure);
  app.setValidatorCompiler(validatorCompiler);
  app.setErrorHandler(sendProblem(services.logger));
  readJsonBodies(app);
  await registerPlugins(app, settings, secure);
  await describeApi(app, { version: settings.version, cookie: cookie.name });
  app.addHook('onRequest', async (request) => {
    requireJsonType(request);
    if (request.method !== 'GET' && request.method !== 'HEAD') origin.require(request);
  });
  app.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith(API)) reply.header('cache-control', 'no-store');
  });
  const parts = { services, settings, cookie, origin, heldOpen: new HeldOpen() };
  await app.register(async (api) => {
    for (const routes of ROUTES) {
      routes(api as App, parts);
    }
    changesStream(api as App, parts);
    terminalSocket(api as App, parts);
    watchSocket(api as App, parts);
    const description = { ...PUBLIC, summary: 'this description' };
    api.get('/api/v1/openapi.json', { schema: description }, async () => app.swagger());
  });
  servePage(app, settings.page);
  return app;
}

function create({ logger }: WebServices, { tls }: WebSettings): App {
  const common = {
    bodyLimit: MAX_BODY,
    logger: false,
    trustProxy: false,
    // A route is what it says it is: no second way in that nobody looked at.
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 100 },
    frameworkErrors: sendProblem(logger),
  } as const;
  const app = tls === null ? Fastify(common) : Fastify({ ...common, https: { cert: tls.certificate, key: tls.key } });
  return app as unknown as App;
}

async function registerPlugins(app: App, { requestsPerMinute }: WebSettings, secure: boolean): Promise<void> {
  await app.register(fastifyCookie);
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: secure ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: 'no-referrer' },
  });
  await app.register(fastifyRateLimit, {
    max: requestsPerMinute,
    timeWindow: '1 minute',
    errorResponseBuilder: () => tooManyRequests(),
  });
  await app.register(fastifyWebsocket, { options: { maxPayload: MAX_SOCKET_MESSAGE } });
}

/** The built page; every address that is not a file and not the API is the page itself, which routes by itself. */
function servePage(app: App, page: string): void {
  const built = existsSync(join(page, 'index.html'));
  if (built) void app.register(fastifyStatic, { root: page, wildcard: false, cacheControl: true, maxAge: 0 });
  app.setNotFoundHandler((request, reply) => {
    if (built && request.method === 'GET' && !request.url.startsWith(API)) return reply.sendFile('index.html');
    throw noSuchPage();
  });
}
