// A value that must not be printed. Logging, JSON and string templates show `<secret>`; the bytes come out only
// where somebody calls `reveal`, which is easy to search for.

import { inspect } from 'node:util';

export class Secret {
  readonly #bytes: Buffer;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Takes ownership of `bytes`. */
  static ofBytes(bytes: Buffer): Secret {
    return new Secret(bytes);
  }

  static ofText(text: string): Secret {
    return new Secret(Buffer.from(text, 'utf8'));
  }

  reveal(): Buffer {
    return this.#bytes;
  }

  revealText(): string {
    return this.#bytes.toString('utf8');
  }

  /** Overwrites the bytes; the secret is of no use afterwards. */
  wipe(): void {
    this.#bytes.fill(0);
  }

  toString(): string {
    return '<secret>';
  }

  toJSON(): string {
    return '<secret>';
  }

  [inspect.custom](): string {
    return '<secret>';
  }
}
