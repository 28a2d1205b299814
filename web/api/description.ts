// The description of the API (`/api/v1/openapi.json`): drawn from the schemas the routes check with. What every route
// has in common is added here, so that no route can be left out.

import fastifySwagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { FastifySchema, RouteOptions } from 'fastify';
import { Problem } from '../contract/words.ts';
import type { App } from './routes.ts';

/** For routes that need nobody to be signed in. */
export const PUBLIC: Pick<FastifySchema, 'security'> = { security: [] };

const DESCRIPTION = `Maintenance access that opens on approval, closes on time, and leaves proof.

Sign in with POST /api/v1/login; the cookie it sets goes with every other request. Every answer that is not 2xx is a
Problem: a stable code and a sentence in Chinese and English. Times are milliseconds since 1970-01-01T00:00:00Z.
Bodies are application/json in UTF-8. Requests with an Origin header other than our own are refused.`;

const SOCKET = `A WebSocket. Binary messages are the terminal's bytes, both ways; text messages are JSON. The first message
is {"type":"hello","token":"…"} with the token of POST /api/v1/terminals; later ones {"type":"resize","columns":80,
"rows":24}. The server says {"type":"opened"|"notice"|"ended",…}. Needs the cookie and our own Origin.`;

export async function describeApi(app: App, { version, cookie }: { version: string; cookie: string }): Promise<void> {
  app.addHook('onRoute', addWhatAllShare);
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Sluice', version, description: DESCRIPTION },
      components: { securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: cookie } } },
    },
    transform,
  });
}

function addWhatAllShare(route: RouteOptions): void {
  if (!route.url.startsWith('/api/')) return;
  const given = route.schema ?? {};
  route.schema = {
    ...given,
    security: given.security ?? [{ session: [] }],
    response: { ...responsesOf(given), '4xx': problem('refused'), '5xx': problem('a fault, or not available now') },
  };
}

function responsesOf({ response }: FastifySchema): Record<string, unknown> {
  return typeof response === 'object' && response !== null ? { ...response } : {};
}

const problem = (description: string) => ({ ...Problem, description });

/** The socket's plug-in hides its route; it is part of the API all the same. */
const transform: NonNullable<FastifyDynamicSwaggerOptions['transform']> = ({ schema, url, route }) => {
  const shown: FastifySchema = schema ?? {};
  if (route.websocket !== true) return { schema: shown, url };
  return { schema: { ...shown, hide: false, summary: 'the socket of a web terminal', description: SOCKET }, url };
};
