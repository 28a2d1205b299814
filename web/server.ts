// The web server: the API, its description, the live socket and the built page. Every route authorises for itself.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import fastifySwagger from '@fastify/swagger';
import fastifyWebsocket from '@fastify/websocket';
import Fastify from 'fastify';
import { keyRoutes } from './api/keys.ts';
import { loginRoutes } from './api/login.ts';
import { peopleRoutes } from './api/people.ts';
import type { App } from './api/routes.ts';
import { sessionRoutes } from './api/sessions.ts';
import { targetRoutes } from './api/targets.ts';
import { ticketRoutes } from './api/tickets.ts';
import { noSuchPage, sendProblem, tooManyRequests } from './guard/problem.ts';
import { requireSameOrigin } from './guard/same-origin.ts';
import { SessionCookie } from './guard/session-cookie.ts';
import { validatorCompiler } from './guard/validation.ts';
import { changesStream } from './live/changes-stream.ts';
import { terminalSocket } from './live/terminal-socket.ts';
import type { WebServices, WebSettings } from './services.ts';

const MAX_BODY = 256 * 1024;
const MAX_SOCKET_MESSAGE = 1024 * 1024;
const API = '/api/';

export async function createWebServer(services: WebServices, settings: WebSettings): Promise<App> {
  const app = create(settings);
  app.setValidatorCompiler(validatorCompiler);
  app.setErrorHandler(sendProblem(services.logger));
  // Only this exact type is read; every other one is 415, and none skips its schema.
  app.removeContentTypeParser(['text/plain']);
  await registerPlugins(app, settings);
  app.addHook('onRequest', async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') requireSameOrigin(request);
  });
  app.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith(API)) reply.header('cache-control', 'no-store');
  });
  const cookie = new SessionCookie(services.browserSessions, settings.tls !== null);
  const parts = { services, settings, cookie };
  await app.register(async (api) => {
    for (const routes of [loginRoutes, keyRoutes, ticketRoutes, sessionRoutes, peopleRoutes, targetRoutes]) {
      routes(api as App, parts);
    }
    changesStream(api as App, parts);
    terminalSocket(api as App, parts);
    api.get('/api/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  });
  servePage(app, settings.page);
  return app;
}

function create({ tls }: WebSettings): App {
  const common = {
    bodyLimit: MAX_BODY,
    logger: false,
    trustProxy: false,
    routerOptions: { maxParamLength: 100 },
  } as const;
  const app = tls === null ? Fastify(common) : Fastify({ ...common, https: { cert: tls.certificate, key: tls.key } });
  return app as unknown as App;
}

async function registerPlugins(app: App, settings: WebSettings): Promise<void> {
  const secure = settings.tls !== null;
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
    max: 1200,
    timeWindow: '1 minute',
    errorResponseBuilder: () => tooManyRequests(),
  });
  await app.register(fastifyWebsocket, { options: { maxPayload: MAX_SOCKET_MESSAGE } });
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Sluice',
        version: settings.version,
        description: 'Sign in with POST /api/v1/login; the session cookie goes with every other request.',
      },
    },
  });
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
