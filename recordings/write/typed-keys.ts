// Takes what comes from a keyboard apart into keys, across the borders of what the network delivered. It knows nothing
// of a screen. Characters come many at a time: whoever pastes megabytes must not hold up everybody else.

/** `text`: bytes of characters. `edit`: one key that moves or changes what is there. `end`: the line goes off. */
export type Key = { readonly kind: 'text' | 'edit' | 'end'; readonly bytes: Buffer };

const ESCAPE = 0x1b;
/** ^C, ^D, LF, CR, ^Z, ^\: the line, or what is running, is over. */
const ENDS: ReadonlySet<number> = new Set([0x03, 0x04, 0x0a, 0x0d, 0x1a, 0x1c]);
/** No key sends more; a longer one is cut, so that nobody makes us keep it. */
const MOST_SEQUENCE = 64;

export class TypedKeys {
  #sequence: number[] = [];
  /** Between the brackets that a terminal puts around what is pasted: line ends there end nothing. */
  #pasting = false;

  /** The keys of `bytes`, in order. An escape that nothing follows in the same piece is a key of its own. */
  *push(bytes: Buffer): Generator<Key> {
    for (let at = 0; at < bytes.length; ) {
      const until = this.#sequence.length > 0 ? at : endOfText(bytes, at);
      if (until > at) yield { kind: 'text', bytes: bytes.subarray(at, until) };
      at = until + 1;
      const byte = bytes[until];
      const key = byte === undefined ? undefined : this.#other(byte);
      if (key !== undefined) yield key;
    }
    if (this.#sequence.length === 1) yield this.#whole();
  }

  /** A byte of a sequence, or one that is no text. */
  #other(byte: number): Key | undefined {
    if (this.#sequence.length > 0) return this.#sequenced(byte);
    if (byte === ESCAPE) {
      this.#sequence.push(byte);
      return undefined;
    }
    return { kind: ENDS.has(byte) && !this.#pasting ? 'end' : 'edit', bytes: Buffer.of(byte) };
  }

  /** CSI to its final byte, SS3 and one more, anything else behind an escape by itself. */
  #sequenced(byte: number): Key | undefined {
    this.#sequence.push(byte);
    const [, second] = this.#sequence;
    const { length } = this.#sequence;
    if (length === 2) return byte === 0x5b || byte === 0x4f ? undefined : this.#whole();
    const final = second === 0x4f || (byte >= 0x40 && byte <= 0x7e);
    return final || length >= MOST_SEQUENCE ? this.#whole() : undefined;
  }

  #whole(): Key {
    const bytes = Buffer.from(this.#sequence);
    this.#sequence = [];
    const text = bytes.toString('latin1');
    if (text === '\u001b[200~') this.#pasting = true;
    if (text === '\u001b[201~') this.#pasting = false;
    return { kind: 'edit', bytes };
  }
}

function endOfText(bytes: Buffer, from: number): number {
  let at = from;
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte === 0x7f) break;
  }
  return at;
}
