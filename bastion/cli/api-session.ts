// A running Sluice, spoken to over its API as a person who has signed in. What it refuses is told in its own words.

import { defineRefusal, Refusal, type Sentence } from '../../store/core/refusal.ts';
import { isLoopback } from './loopback.ts';

const noServer = defineRefusal<{ server: string }>('usage.server', 'invalid', ({ server }) => ({
  zh: `${server} 不是服务器地址，应为 https://主机名[:端口]`,
  en: `${server} is no server: expected https://host[:port]`,
}));

const unprotected = defineRefusal<{ server: string }>('usage.plain-http', 'invalid', ({ server }) => ({
  zh: `${server} 未加密，密码不会经它发出；明文 HTTP 只用于本机回环地址`,
  en: `${server} is not encrypted and no password is sent there; plain HTTP is for the loopback address only`,
}));

const notReached = defineRefusal<{ server: string; why: string }>(
  'api.not-reached',
  'unavailable',
  ({ server, why }) => ({
    zh: `无法连接 ${server}（${why}）`,
    en: `${server} cannot be reached (${why})`,
  }),
);

const notUnderstood = defineRefusal<{ server: string; status: number }>(
  'api.not-understood',
  'unavailable',
  ({ server, status }) => ({
    zh: `${server} 的答复（${status}）不像 Sluice`,
    en: `${server} answered (${status}) like something that is not Sluice`,
  }),
);

export interface Credentials {
  readonly name: string;
  readonly password: string;
  readonly code: string;
}

/** Of what was given as a server. Throws when it is none, or a password would cross a network in clear. */
export function serverOrigin(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const encrypted = url?.protocol === 'https:';
  if (url === undefined || (!encrypted && url.protocol !== 'http:')) throw noServer({ server: given });
  if (!encrypted && !isLoopback(url.hostname)) throw unprotected({ server: url.origin });
  return url.origin;
}

export class ApiSession {
  readonly #server: string;
  #cookie = '';

  private constructor(server: string) {
    this.#server = server;
  }

  /** `server`: of `serverOrigin`. Throws what it refuses with, or `api.not-reached`. */
  static async signIn(server: string, credentials: Credentials): Promise<ApiSession> {
    const session = new ApiSession(server);
    await session.post('/api/v1/login', { ...credentials });
    return session;
  }

  get(path: string): Promise<unknown> {
    return this.#ask('GET', path, undefined);
  }

  post(path: string, body?: object): Promise<unknown> {
    return this.#ask('POST', path, body);
  }

  async signOut(): Promise<void> {
    await this.post('/api/v1/logout').catch(() => undefined);
  }

  async #ask(method: string, path: string, body: object | undefined): Promise<unknown> {
    const headers: Record<string, string> = { origin: this.#server };
    if (this.#cookie !== '') headers.cookie = this.#cookie;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await fetch(`${this.#server}${path}`, {
      method,
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      throw notReached({ server: this.#server, why: cause instanceof Error ? cause.message : String(cause) });
    });
    const cookie = response.headers.get('set-cookie')?.split(';')[0];
    if (cookie !== undefined) this.#cookie = cookie;
    const text = await response.text();
    const answer = text === '' ? undefined : this.#parse(text, response.status);
    if (!response.ok) throw this.#refusal(answer, response.status);
    return answer;
  }

  #parse(text: string, status: number): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw notUnderstood({ server: this.#server, status });
    }
  }

  #refusal(answer: unknown, status: number): Refusal {
    const { code, message } = (answer ?? {}) as { readonly code?: unknown; readonly message?: Partial<Sentence> };
    if (typeof code !== 'string' || typeof message?.zh !== 'string' || typeof message.en !== 'string') {
      return notUnderstood({ server: this.#server, status });
    }
    return new Refusal(code, 'forbidden', { zh: message.zh, en: message.en });
  }
}
