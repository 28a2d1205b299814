// Requests that change something, and sockets, must come from our own page. The cookie is SameSite=Strict besides;
// either alone would do, so that one mistake is not enough.

import type { FastifyRequest } from 'fastify';
import { defineRefusal } from '../../store/core/refusal.ts';

const foreignOrigin = defineRefusal('request.foreign-origin', 'forbidden', () => ({
  zh: '请求来自其他网站，已拒绝',
  en: 'the request came from another site and was refused',
}));

export class SameOrigin {
  readonly #own: string | undefined;

  /** `publicUrl`: where browsers reach this server; null where that is the address they connect to. */
  constructor(publicUrl: string | null) {
    this.#own = publicUrl === null ? undefined : new URL(publicUrl).origin;
  }

  /** Browsers send Origin with every request that can change something; programs without a browser send none. */
  require(request: FastifyRequest): void {
    const { origin, host = '', 'sec-fetch-site': site } = request.headers;
    if (site !== undefined && site !== 'same-origin' && site !== 'none') throw foreignOrigin();
    // Behind a proxy that ends TLS, our own scheme and host are not the browser's.
    const own = this.#own ?? `${request.protocol}://${host}`;
    if (origin !== undefined && origin !== own) throw foreignOrigin();
  }

  /** For sockets, where a missing Origin is refused as well: only a page opens one. */
  requireOwnPage(request: FastifyRequest): void {
    if (request.headers.origin === undefined) throw foreignOrigin();
    this.require(request);
  }
}
