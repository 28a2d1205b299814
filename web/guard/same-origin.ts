// Requests that change something, and sockets, must come from our own page. The cookie is SameSite=Strict besides;
// either alone would do, so that one mistake is not enough.

import type { FastifyRequest } from 'fastify';
import { defineRefusal } from '../../store/core/refusal.ts';

const foreignOrigin = defineRefusal('request.foreign-origin', 'forbidden', () => ({
  zh: '请求来自其他网站,已拒绝',
  en: 'the request came from another site and was refused',
}));

/** Browsers send Origin with every request that can change something; programs without a browser send none. */
export function requireSameOrigin(request: FastifyRequest): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw foreignOrigin();
  if (origin !== undefined && origin !== `${request.protocol}://${request.headers.host ?? ''}`) throw foreignOrigin();
}

/** For sockets, where a missing Origin is refused as well: only a page opens one. */
export function requireOwnPage(request: FastifyRequest): void {
  if (request.headers.origin === undefined) throw foreignOrigin();
  requireSameOrigin(request);
}
