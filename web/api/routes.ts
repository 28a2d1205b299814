// What every file of routes is given, and the shape it has.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { SameOrigin } from '../guard/same-origin.ts';
import type { SessionCookie } from '../guard/session-cookie.ts';
import type { HeldOpen } from '../live/held-open.ts';
import type { WebServices, WebSettings } from '../services.ts';

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export interface RouteParts {
  readonly services: WebServices;
  readonly settings: WebSettings;
  readonly cookie: SessionCookie;
  readonly origin: SameOrigin;
  readonly heldOpen: HeldOpen;
}

export type Routes = (app: App, parts: RouteParts) => void;
