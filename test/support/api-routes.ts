// The API's own list of routes, as the server declared them: what a test must cover, whatever its author remembered.

import { subscribe, unsubscribe } from 'node:diagnostics_channel';

interface Declared {
  readonly method: string | string[];
  readonly url: string;
}

/** `POST /api/v1/login` and so on, of every server made while `work` ran. */
export async function routesDeclaredBy<T>(work: () => Promise<T>): Promise<{ made: T; routes: readonly string[] }> {
  const routes: string[] = [];
  const listen = (message: unknown): void => {
    const { fastify } = message as { fastify: { addHook(name: 'onRoute', act: (route: Declared) => void): void } };
    fastify.addHook('onRoute', ({ method, url }) => {
      if (url.startsWith('/api')) routes.push(...[method].flat().map((each) => `${each} ${url}`));
    });
  };
  subscribe('fastify.initialization', listen);
  try {
    return { made: await work(), routes };
  } finally {
    unsubscribe('fastify.initialization', listen);
  }
}
