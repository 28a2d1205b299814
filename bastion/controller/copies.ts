// Takes the bytes of one session's copies from the link and hands them on as they come: a message is answered when its
// bytes were taken, so that nothing gathers here. What a gateway may send is bounded by what it was told.

import { defineRefusal } from '../../store/core/refusal.ts';

export interface Taken {
  /** Hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Resolves when what it was given is durable; rejects when that is not to be had. */
export type TakeCopy = (content: AsyncIterable<Buffer>) => Promise<Taken>;

const copyUnknown = defineRefusal('copy.unknown', 'conflict', () => ({
  zh: '没有这份副本',
  en: 'there is no such copy',
}));

export const notStored = defineRefusal('copy.not-stored', 'unavailable', () => ({
  zh: '证据库无法保存副本',
  en: 'the store of evidence could not take the copy',
}));

export const copiesTooLarge = defineRefusal('copy.too-large', 'conflict', () => ({
  zh: '副本超过上限',
  en: 'the copy is larger than it may be',
}));

/** Open at once, far more than a gateway has. */
const MOST_OPEN = 32;
/** Whole, and not yet named by what was found. */
const MOST_WAITING = 1_000_000;

interface Incoming {
  readonly feed: Feed;
  readonly taken: Promise<Taken>;
}

export class Copies {
  readonly #take: TakeCopy;
  readonly #open = new Map<number, Incoming>();
  readonly #whole = new Map<number, Taken>();
  #left: number;

  /** `mostBytes`: of all copies of the session. */
  constructor(take: TakeCopy, mostBytes: number) {
    this.#take = take;
    this.#left = mostBytes;
  }

  /** Resolves when the bytes were taken; throws a Refusal. */
  async bytes(copy: number, bytes: Buffer): Promise<void> {
    this.#left -= bytes.length;
    if (this.#left < 0) throw copiesTooLarge();
    await this.#incoming(copy).feed.push(bytes);
  }

  /** Resolves when it is durable. */
  async finish(copy: number): Promise<Taken> {
    const { feed, taken } = this.#incoming(copy);
    feed.end();
    const whole = await taken.finally(() => this.#open.delete(copy));
    if (this.#whole.size >= MOST_WAITING) throw copiesTooLarge();
    this.#whole.set(copy, whole);
    return whole;
  }

  drop(copy: number): void {
    const incoming = this.#open.get(copy);
    this.#open.delete(copy);
    incoming?.feed.fail(copyUnknown());
  }

  /** The copy of that number, once; undefined where there is none. */
  named(copy: number): Taken | undefined {
    const whole = this.#whole.get(copy);
    this.#whole.delete(copy);
    return whole;
  }

  /** The session is over. */
  end(): void {
    for (const copy of [...this.#open.keys()]) this.drop(copy);
    this.#whole.clear();
  }

  #incoming(copy: number): Incoming {
    const known = this.#open.get(copy);
    if (known !== undefined) return known;
    if (this.#open.size >= MOST_OPEN || this.#whole.has(copy)) throw copyUnknown();
    const feed = new Feed();
    const taken = this.#take(feed);
    taken.then(
      () => feed.close(),
      (error: unknown) => feed.fail(error),
    );
    const incoming = { feed, taken };
    this.#open.set(copy, incoming);
    return incoming;
  }
}

/** One piece at a time from who pushes to who reads. */
class Feed implements AsyncIterable<Buffer> {
  #piece: { readonly bytes: Buffer; readonly taken: () => void; readonly failed: (error: unknown) => void } | undefined;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  push(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) reject(this.#failure.error);
      else if (this.#piece !== undefined || this.#ended) reject(copyUnknown());
      else {
        this.#piece = { bytes, taken: resolve, failed: reject };
        this.#wake();
      }
    });
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  close(): void {
    this.fail(copyUnknown());
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#piece?.failed(error);
    this.#piece = undefined;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.error;
      const piece = this.#piece;
      if (piece !== undefined) {
        yield piece.bytes;
        this.#piece = undefined;
        piece.taken();
      } else if (this.#ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
