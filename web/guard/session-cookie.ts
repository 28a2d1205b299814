// The browser session's cookie, and the only way from a request to an AuthenticatedUser.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BrowserSessions } from '../../identity/browser/browser-sessions.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Secret } from '../../store/core/secret.ts';

const NAME = 'sluice_session';

export const notSignedIn = defineRefusal('session.none', 'unauthenticated', () => ({
  zh: '请先登录',
  en: 'please sign in',
}));

export class SessionCookie {
  readonly #sessions: BrowserSessions;
  readonly #secure: boolean;

  constructor(sessions: BrowserSessions, secure: boolean) {
    this.#sessions = sessions;
    this.#secure = secure;
  }

  /** Throws `session.none`. Every route that is not public calls this itself. */
  async user(request: FastifyRequest): Promise<AuthenticatedUser> {
    const token = this.token(request);
    const user = token === undefined ? undefined : await this.#sessions.resolve(token, request.ip);
    if (user === undefined) throw notSignedIn();
    return user;
  }

  token(request: FastifyRequest): string | undefined {
    return request.cookies[NAME];
  }

  set(reply: FastifyReply, token: Secret, expiresAt: number): void {
    reply.setCookie(NAME, token.revealText(), { ...this.#attributes(), expires: new Date(expiresAt) });
  }

  clear(reply: FastifyReply): void {
    reply.clearCookie(NAME, this.#attributes());
  }

  #attributes() {
    return { path: '/', httpOnly: true, sameSite: 'strict', secure: this.#secure } as const;
  }
}
