// Speaks to the API the way the page does: signs in, keeps the cookie, says where it comes from.

import { PASSWORD, type TestInstallation } from './installation.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

export class ApiClient {
  readonly #site: TestInstallation;
  #cookie = '';

  constructor(site: TestInstallation) {
    this.#site = site;
  }

  static async signIn(site: TestInstallation, name: string): Promise<ApiClient> {
    const client = new ApiClient(site);
    const answer = await client.post('/api/v1/login', { name, password: PASSWORD, code: site.code(name) });
    if (answer.status !== 200) throw new Error(`expected to sign in, got ${JSON.stringify(answer)}`);
    return client;
  }

  get cookie(): string {
    return this.#cookie;
  }

  get(path: string): Promise<ApiAnswer> {
    return this.#send(path, { headers: this.#headers() });
  }

  post(path: string, body?: unknown): Promise<ApiAnswer> {
    const headers = { ...this.#headers(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    return this.#send(path, { method: 'POST', headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  }

  /** Sends exactly these headers and this body. */
  raw(path: string, init: RequestInit): Promise<ApiAnswer> {
    return this.#send(path, init);
  }

  #headers(): Record<string, string> {
    return { origin: this.#site.running.web, ...(this.#cookie === '' ? {} : { cookie: this.#cookie }) };
  }

  async #send(path: string, init: RequestInit): Promise<ApiAnswer> {
    const response = await fetch(`${this.#site.running.web}${path}`, { redirect: 'manual', ...init });
    const cookie = response.headers.get('set-cookie');
    if (cookie !== null) this.#cookie = cookie.split(';')[0] ?? '';
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : parse(text) };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
