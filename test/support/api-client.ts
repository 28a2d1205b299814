// Speaks to the API the way the page does: signs in, keeps the cookie, says where it comes from.

import { PASSWORD, type TestInstallation } from './installation.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

export class ApiClient {
  readonly #web: string;
  #cookie = '';

  /** `web`: another name of the same server. */
  constructor(site: TestInstallation, web = site.running.web) {
    this.#web = web;
  }

  static async signIn(site: TestInstallation, name: string, web = site.running.web): Promise<ApiClient> {
    const client = new ApiClient(site, web);
    const answer = await client.post('/api/v1/login', { name, password: PASSWORD, code: site.code(name) });
    if (answer.status !== 200) throw new Error(`expected to sign in, got ${JSON.stringify(answer)}`);
    return client;
  }

  /** The same browser, at another address of the same server. */
  at(site: TestInstallation): ApiClient {
    const client = new ApiClient(site);
    client.#cookie = this.#cookie;
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

  /** A stream of server-sent events. */
  async events(path: string): Promise<EventStream> {
    const stop = new AbortController();
    const response = await fetch(`${this.#web}${path}`, { headers: this.#headers(), signal: stop.signal });
    return new EventStream(response, () => stop.abort());
  }

  /** Sends exactly these headers and this body. */
  raw(path: string, init: RequestInit): Promise<ApiAnswer> {
    return this.#send(path, init);
  }

  #headers(): Record<string, string> {
    return { origin: this.#web, ...(this.#cookie === '' ? {} : { cookie: this.#cookie }) };
  }

  async #send(path: string, init: RequestInit): Promise<ApiAnswer> {
    const response = await fetch(`${this.#web}${path}`, { redirect: 'manual', ...init });
    const cookie = response.headers.get('set-cookie');
    if (cookie !== null) this.#cookie = cookie.split(';')[0] ?? '';
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : parse(text) };
  }
}

export class EventStream {
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  readonly stop: () => void;
  #text = '';

  constructor(response: Response, stop: () => void) {
    this.response = response;
    this.stop = stop;
    this.#reader = response.body?.getReader();
  }

  /** Everything that came, as soon as that text is among it. */
  async until(wanted: string): Promise<string> {
    while (!this.#text.includes(wanted)) if (!(await this.#read())) throw new Error(`the stream ended: ${this.#text}`);
    return this.#text;
  }

  /** Resolves when the server has ended it. */
  async ended(): Promise<string> {
    while (await this.#read());
    return this.#text;
  }

  async #read(): Promise<boolean> {
    const piece = await this.#reader?.read();
    this.#text += Buffer.from(piece?.value ?? []).toString('utf8');
    return piece?.done === false;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
