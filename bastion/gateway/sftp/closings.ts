// What happens after a client closes a file: its size is asked for, its hash settled, and where that cannot be taken
// from the bytes as they passed the file is read back. The client waits for none of it; the session's end does.

import type { Closing } from '../../../recordings/format/file-operation.ts';
import { type FileLog, named } from '../session/file-log.ts';
import { nothing, type OpenHandle, type Outcome } from './open-handle.ts';
import type { Ask } from './path-guard.ts';
import { OPEN_FLAGS, STATUS } from './protocol.ts';
import { readBack } from './read-back.ts';
import type { Reply } from './reply.ts';

/** The largest file that is read back, and how many may wait for it. */
const MOST_READ_BACK_BYTES = 1024 * 1024 * 1024;
const MOST_WAITING = 64;

export class Closings {
  readonly #ask: Ask;
  readonly #log: FileLog;
  readonly #under = new Set<Promise<void>>();
  /** Files are read back one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #over = false;

  constructor(ask: Ask, log: FileLog) {
    this.#ask = ask;
    this.#log = log;
  }

  /**
   * Before the client's CLOSE goes out; what is asked here goes in front of it, so that it is answered for the same
   * file. Answers the function that hears the answer to the CLOSE, undefined where none came.
   */
  begin(handle: OpenHandle, bytes: Buffer): (reply: Reply | undefined) => void {
    const size = handle.moved ? this.#ask({ op: 'fstat', handle: bytes }).then(sizeOf) : Promise.resolve(null);
    const again = handle.mustReadBack === undefined ? undefined : this.#open(handle.path);
    const closed = Promise.withResolvers<Reply | undefined>();
    const finished = this.#finish(handle, size, again, closed.promise).finally(() => this.#under.delete(finished));
    this.#under.add(finished);
    return closed.resolve;
  }

  /** The session ends with this one open. */
  cut(handle: OpenHandle): void {
    const hashed = handle.moved ? nothing(0, 'incomplete') : nothing(0, null);
    this.#write(handle, { ...hashed, complete: false, size: null });
  }

  /** The session ends: what is being read back will not be, and says so. */
  end(): void {
    this.#over = true;
  }

  /** Resolves when every file that was closed is written down. */
  async settled(): Promise<void> {
    while (this.#under.size > 0) await Promise.all(this.#under);
  }

  async #finish(
    handle: OpenHandle,
    sizeAsked: Promise<number | null>,
    again: Promise<Buffer | undefined> | undefined,
    closed: Promise<Reply | undefined>,
  ): Promise<void> {
    const size = await sizeAsked;
    const reply = await closed;
    if (reply === undefined) {
      this.cut(handle);
      return;
    }
    const failed = reply.kind === 'status' && reply.code !== STATUS.ok;
    const outcome = failed ? nothing(0, 'close-failed') : handle.outcome(size);
    const hashed = 'readBack' in outcome ? await this.#inTurn(handle, size, outcome.readBack, again) : outcome;
    this.#write(handle, { ...hashed, complete: true, size });
  }

  async #inTurn(
    handle: OpenHandle,
    size: number | null,
    why: string,
    again: Promise<Buffer | undefined> | undefined,
  ): Promise<Outcome> {
    if (this.#waiting >= MOST_WAITING || (size ?? 0) > MOST_READ_BACK_BYTES) {
      await this.#close(await again);
      return nothing(0, this.#waiting >= MOST_WAITING ? 'too-many' : 'too-large');
    }
    this.#waiting += 1;
    const read = this.#turn.then(() => this.#readBack(handle, size, why, again));
    this.#turn = read.catch(() => undefined);
    return read.finally(() => {
      this.#waiting -= 1;
    });
  }

  async #readBack(
    { path }: OpenHandle,
    size: number | null,
    why: string,
    again: Promise<Buffer | undefined> | undefined,
  ): Promise<Outcome> {
    const file = await (again ?? this.#open(path));
    if (file === undefined) return this.#notRead();
    const found = await readBack(this.#ask, file, MOST_READ_BACK_BYTES);
    await this.#close(file);
    if (found === undefined) return this.#notRead();
    const changed = size !== null && found.bytes !== size;
    return { hashed: 'read-back', sha256: found.sha256, from: 0, bytes: found.bytes, why: changed ? 'changed' : why };
  }

  #notRead(): Outcome {
    return nothing(0, this.#over ? 'session-ended' : 'not-readable');
  }

  async #open(path: Buffer): Promise<Buffer | undefined> {
    const reply = await this.#ask({ op: 'open', path, flags: OPEN_FLAGS.read, attrs: {} });
    return reply?.kind === 'handle' ? Buffer.from(reply.handle) : undefined;
  }

  async #close(handle: Buffer | undefined): Promise<void> {
    if (handle !== undefined) await this.#ask({ op: 'close', handle });
  }

  #write(handle: OpenHandle, how: Outcome & Pick<Closing, 'complete' | 'size'>): void {
    const { n, kind, path, read, written, entries } = handle;
    this.#log.moved(n, 'read', handle.readRanges.take()).catch(() => undefined);
    this.#log.moved(n, 'written', handle.writtenRanges.take()).catch(() => undefined);
    this.#log.closed(n, kind === 'file' ? named(path) : undefined, { ...how, read, written, entries });
  }
}

function sizeOf(reply: Reply | undefined): number | null {
  const size = reply?.kind === 'attrs' ? reply.attrs.size : undefined;
  return size !== undefined && Number.isSafeInteger(size) ? size : null;
}
