// The bytes of a recording as UTF-8, which is what the emulator reads. Frames cut characters anywhere, so the beginning
// of one is kept for the next; bytes that are UTF-8 already go through untouched.

import type { Encoding } from '../../contract/record-requests.ts';

export class Transcoder {
  readonly #decoder: TextDecoder | undefined;
  readonly #encoder = new TextEncoder();

  constructor(encoding: Encoding) {
    this.#decoder = encoding === 'utf-8' ? undefined : new TextDecoder(encoding);
  }

  push(bytes: Uint8Array): Uint8Array {
    return this.#decoder === undefined ? bytes : this.#encoder.encode(this.#decoder.decode(bytes, { stream: true }));
  }
}
