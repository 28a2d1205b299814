// Bytes of a recording as text. Frames cut characters anywhere, so a decoder is carried from frame to frame; what is no
// character of the encoding becomes U+FFFD. The recording says nothing about encodings: whoever looks chooses.

export const ENCODINGS = ['utf-8', 'gb18030'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** One for each stream of bytes: output and error output interleave, and each cuts its own characters. */
export class RecordedText {
  readonly #decoder: TextDecoder;

  constructor(encoding: Encoding) {
    // A byte order mark is a character the target sent, like any other.
    this.#decoder = new TextDecoder(encoding, { ignoreBOM: true });
  }

  /** The whole characters there are now; the beginning of one more is kept. */
  push(bytes: Uint8Array): string {
    return this.#decoder.decode(bytes, { stream: true });
  }

  /** What a character that never became whole shows as; empty when there is none. */
  end(): string {
    return this.#decoder.decode();
  }
}
