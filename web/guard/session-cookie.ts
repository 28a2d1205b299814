// The browser session's cookie, and the only way from a request to an AuthenticatedUser.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BrowserSessions } from '../../identity/browser/browser-sessions.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Secret } from '../../store/core/secret.ts';

const NAME = 'sluice_session';
/** Browsers take a cookie of this name only over TLS, for this host alone. */
const SECURE_NAME = `__Host-${NAME}`;

export const notSignedIn = defineRefusal('session.none', 'unauthenticated', () => ({
  zh: '请先登录',
  en: 'please sign in',
}));

export class SessionCookie {
  readonly #sessions: BrowserSessions;
  readonly #secure: boolean;
  readonly name: string;

  /** `secure`: browsers reach us over TLS. */
  constructor(sessions: BrowserSessions, secure: boolean) {
    this.#sessions = sessions;
    this.#secure = secure;
    this.name = secure ? SECURE_NAME : NAME;
  }

  /** Throws `session.none`. Every route that is not public calls this itself. */
  async user(request: FastifyRequest): Promise<AuthenticatedUser> {
    const token = this.token(request);
    const user = token === undefined ? undefined : await this.#sessions.resolve(token, request.ip);
    if (user === undefined) throw notSignedIn();
    return user;
  }

  token(request: FastifyRequest): string | undefined {
    return request.cookies[this.name];
  }

  set(reply: FastifyReply, token: Secret, expiresAt: number): void {
    reply.setCookie(this.name, token.revealText(), { ...this.#attributes(), expires: new Date(expiresAt) });
  }

  clear(reply: FastifyReply): void {
    reply.clearCookie(this.name, this.#attributes());
  }

  #attributes() {
    return { path: '/', httpOnly: true, sameSite: 'strict', secure: this.#secure } as const;
  }
}
