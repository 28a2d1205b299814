// Shortens payloads with zstd on the thread pool, one after the other, in one context that every track of the process
// shares. A context of its own for each frame cost 40 µs more, 1.3 MiB of memory that the collector had to find (a fifth
// of a busy gateway's time), and all of it on the thread that carries everybody's keystrokes.

import type { TransformOptions } from 'node:stream';
import { constants, createZstdCompress, type ZstdCompress, type ZstdOptions } from 'node:zlib';
import { MOST_PAYLOAD_BYTES } from '../format/frame.ts';

export interface Compressor {
  /** One zstd frame; undefined where it would not be shorter. Do not change `payload` before it resolves. */
  compress(payload: Buffer): Promise<Buffer | undefined>;
}

interface Job {
  readonly payload: Buffer;
  readonly done: PromiseWithResolvers<Buffer | undefined>;
}

/** More than the 64 KiB of a payload that does not shrink. */
const LONGEST_FRAME = 2 * MOST_PAYLOAD_BYTES;

class SharedCompressor implements Compressor {
  readonly #waiting: Job[] = [];
  #stream: ZstdCompress | undefined;
  #job: Job | undefined;

  compress(payload: Buffer): Promise<Buffer | undefined> {
    const done = Promise.withResolvers<Buffer | undefined>();
    this.#waiting.push({ payload, done });
    this.#next();
    return done.promise;
  }

  #next(): void {
    if (this.#job !== undefined) return;
    this.#job = this.#waiting.shift();
    if (this.#job === undefined) return;
    this.#stream ??= this.#open();
    this.#stream.write(this.#job.payload);
    // Ends this frame; what is written next begins another one.
    this.#stream.flush(constants.ZSTD_e_end, () => this.#finish());
  }

  #open(): ZstdCompress {
    const options: ZstdOptions & TransformOptions = {
      // One piece holds the longest frame, and the stream's buffer that piece: all of it is there when the flush calls
      // back. A stream whose buffer is full waits for a reader first.
      chunkSize: LONGEST_FRAME,
      highWaterMark: LONGEST_FRAME,
      params: { [constants.ZSTD_c_compressionLevel]: 1 },
    };
    return createZstdCompress(options).on('error', (error) => this.#settle(({ done }) => done.reject(error)));
  }

  #finish(): void {
    const frame: Buffer | null = this.#stream?.read() ?? null;
    this.#settle(({ payload, done }) =>
      done.resolve(frame === null || frame.length >= payload.length ? undefined : frame),
    );
  }

  #settle(answer: (job: Job) => void): void {
    const job = this.#job;
    this.#job = undefined;
    if (job !== undefined) answer(job);
    this.#next();
  }
}

/** Of this process. */
export const compressor: Compressor = new SharedCompressor();
