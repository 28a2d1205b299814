// Appends one track to its file. While a write is on its way, what comes meanwhile waits and goes out together as the
// next write; a caller's promise resolves only after the write that holds its bytes has returned. After a failure
// nothing resolves any more. Order is the order of the calls.

import type { Secret } from '../../store/core/secret.ts';
import { type FrameKind, MOST_PAYLOAD_BYTES } from '../format/frame.ts';
import { FrameSealer } from '../format/frame-sealer.ts';
import type { Compressor } from './compressor.ts';
import type { Disk } from './disk.ts';

/** How far a track reaches: the chain's value, the frames so far, the file's length. A type: it goes into events as JSON. */
export type TrackReach = {
  readonly head: string;
  readonly frames: number;
  readonly bytes: number;
};

interface Waiting {
  readonly kind: FrameKind;
  readonly microseconds: number;
  readonly payload: Buffer;
  readonly written: () => void;
  readonly failed: (cause: Error) => void;
}

/** Below this, compressing costs more time than it saves bytes. A keystroke and its echo never wait for it. */
const WORTH_COMPRESSING = 512;
/** How many frames are left raw after one that would not shrink (a download of something already compressed). */
const REST_AFTER_USELESS = 16;
/** A payload as long as this is a frame of its own: copying it costs more than another frame. */
const LONG = 16 * 1024;
/** Of payload, in one write. */
const MOST_WRITE_BYTES = 4 * MOST_PAYLOAD_BYTES;
/** Of file that a power cut could take back: from here on a sync is under way, … */
const SYNC_BYTES = 256 * 1024;
/** … and from here on nothing more is written until it has come back. A slow disk slows the session down. */
const MOST_UNSYNCED_BYTES = 4 * SYNC_BYTES;

export interface TrackWriterInput {
  readonly disk: Disk;
  readonly file: number;
  readonly dataKey: Secret;
  readonly compressor: Compressor;
  readonly headerHash: Buffer;
  readonly headerBytes: number;
  /** Monotonic milliseconds, for `owedSince`. */
  readonly now: () => number;
  /** Called once, with what the disk said. */
  readonly onFault: (cause: Error) => void;
}

export class TrackWriter {
  readonly #input: TrackWriterInput;
  readonly #sealer: FrameSealer;
  #waiting: Waiting[] = [];
  #inFlight: readonly Waiting[] = [];
  /** A write is being prepared or on its way. */
  #busy = false;
  #writingSince: number | undefined;
  #syncingSince: number | undefined;
  #syncWaiters: (() => void)[] = [];
  #closing: (() => void) | undefined;
  /** The descriptor may be somebody else's. */
  #closed = false;
  #written: TrackReach;
  #durable: TrackReach;
  #payloadBytes = 0;
  #fault: Error | undefined;
  #rest = 0;

  constructor(input: TrackWriterInput) {
    this.#input = input;
    this.#sealer = new FrameSealer(input.dataKey, input.headerHash);
    this.#written = { head: input.headerHash.toString('hex'), frames: 0, bytes: input.headerBytes };
    this.#durable = this.#written;
  }

  get written(): TrackReach {
    return this.#written;
  }

  /** What survives a power cut. */
  get durable(): TrackReach {
    return this.#durable;
  }

  /** Plain bytes inside the written frames. */
  get payloadBytes(): number {
    return this.#payloadBytes;
  }

  get idle(): boolean {
    return !this.#busy && this.#written === this.#durable;
  }

  /** Since when the disk owes an answer, in monotonic milliseconds. */
  get owedSince(): number | undefined {
    const since = [this.#writingSince, this.#syncingSince].filter((moment) => moment !== undefined);
    return since.length === 0 ? undefined : Math.min(...since);
  }

  append(kind: FrameKind, microseconds: number, payload: Buffer): Promise<void> {
    if (this.#fault !== undefined || this.#closed)
      return Promise.reject(this.#fault ?? new Error('the file is closed'));
    return new Promise((resolve, reject) => {
      for (let at = 0; ; at += MOST_PAYLOAD_BYTES) {
        const last = at + MOST_PAYLOAD_BYTES >= payload.length;
        const piece = payload.length <= MOST_PAYLOAD_BYTES ? payload : payload.subarray(at, at + MOST_PAYLOAD_BYTES);
        // Pieces are written in order and fail together, so the last one answers for all.
        this.#waiting.push({ kind, microseconds, payload: piece, written: last ? resolve : ignore, failed: reject });
        if (last) break;
      }
      if (!this.#busy) this.#writeNext();
    });
  }

  /** Makes everything written so far survive a power cut; resolves with how far that reaches. */
  sync(): Promise<TrackReach> {
    if (this.#fault !== undefined || this.#closed)
      return Promise.reject(this.#fault ?? new Error('the file is closed'));
    const reach = this.#written;
    if (reach === this.#durable) return Promise.resolve(reach);
    if (this.#syncingSince !== undefined) {
      return new Promise<void>((resolve) => this.#syncWaiters.push(resolve)).then(() => this.sync());
    }
    this.#syncingSince = this.#input.now();
    return new Promise((resolve, reject) => {
      this.#input.disk.sync(this.#input.file, (error) => {
        this.#syncingSince = undefined;
        if (error === null) this.#durable = reach;
        else this.#break(error);
        if (!this.#busy && this.#fault === undefined) this.#writeNext();
        for (const waiter of this.#syncWaiters.splice(0)) waiter();
        this.#closing?.();
        if (error === null) resolve(reach);
        else reject(error);
      });
    });
  }

  /** Rejects whoever waits, with `cause`; what is on its way to the disk stays on its way. */
  rejectAll(cause: Error): void {
    const waiting = [...this.#inFlight, ...this.#waiting];
    this.#waiting = [];
    this.#inFlight = [];
    for (const { failed } of waiting) failed(cause);
  }

  /** Closes the file once the disk has answered what it still owes: a descriptor closed too early is somebody else's. */
  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#closing = () => {
        if (this.#busy || this.owedSince !== undefined) return;
        this.#closing = undefined;
        this.#closed = true;
        this.#input.disk.close(this.#input.file, (error) => (error === null ? resolve() : reject(error)));
      };
      this.#closing();
    });
  }

  #writeNext(): void {
    const unsynced = this.#written.bytes - this.#durable.bytes;
    // After a failed sync nobody waits any more.
    if (unsynced >= SYNC_BYTES && this.#syncingSince === undefined) this.sync().catch(() => {});
    if (unsynced >= MOST_UNSYNCED_BYTES) return;
    const taken = this.#take();
    if (taken.length === 0) return;
    this.#inFlight = taken;
    this.#busy = true;
    const joined = join(taken);
    if (joined.some(({ payload }) => payload.length >= WORTH_COMPRESSING)) {
      Promise.all(joined.map((each) => this.#shorten(each))).then(
        (shortened) => this.#seal(shortened),
        (error: Error) => this.#stop(error),
      );
    } else this.#seal(joined);
  }

  async #shorten(joined: Joined): Promise<Joined> {
    const { payload } = joined;
    if (payload.length < WORTH_COMPRESSING) return joined;
    if (this.#rest > 0) {
      this.#rest -= 1;
      return joined;
    }
    const compressed = await this.#input.compressor.compress(payload);
    if (compressed === undefined) this.#rest = REST_AFTER_USELESS;
    return { ...joined, compressed };
  }

  #seal(joined: readonly Joined[]): void {
    // A sync failed meanwhile: the file must not grow any more.
    if (this.#fault !== undefined) {
      this.#stop(this.#fault);
      return;
    }
    try {
      const frames = joined.map(({ kind, microseconds, payload, compressed }) =>
        this.#sealer.seal(kind, microseconds, payload, compressed),
      );
      const bytes = frames.length === 1 && frames[0] !== undefined ? frames[0] : Buffer.concat(frames);
      const reach: TrackReach = {
        head: this.#sealer.head.toString('hex'),
        frames: this.#sealer.frames,
        bytes: this.#written.bytes + bytes.length,
      };
      const plain = joined.reduce((sum, { kind, payload }) => sum + (PLAIN.has(kind) ? payload.length : 0), 0);
      this.#put(bytes, 0, reach, plain);
    } catch (error) {
      this.#stop(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #put(bytes: Buffer, offset: number, reach: TrackReach, plain: number): void {
    this.#writingSince = this.#input.now();
    this.#input.disk.write(this.#input.file, bytes, offset, (error, written) => {
      this.#writingSince = undefined;
      if (error !== null) this.#stop(error);
      else if (written <= 0) this.#stop(new Error('expected the disk to take some bytes, it took none'));
      else if (this.#fault !== undefined) this.#stop(this.#fault);
      else if (offset + written < bytes.length) this.#put(bytes, offset + written, reach, plain);
      else this.#finish(reach, plain);
    });
  }

  #finish(reach: TrackReach, plain: number): void {
    this.#written = reach;
    this.#payloadBytes += plain;
    this.#busy = false;
    const done = this.#inFlight;
    this.#inFlight = [];
    for (const { written } of done) written();
    this.#writeNext();
    this.#closing?.();
  }

  #take(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { payload } of this.#waiting) {
      if (count > 0 && bytes + payload.length > MOST_WRITE_BYTES) break;
      bytes += payload.length;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** The write under way came to nothing, and there is no other after it. */
  #stop(cause: Error): void {
    this.#busy = false;
    this.#break(cause);
  }

  #break(cause: Error): void {
    if (this.#fault === undefined) {
      this.#fault = cause;
      this.#input.onFault(cause);
    }
    this.#closing?.();
  }
}

interface Joined {
  readonly kind: FrameKind;
  readonly microseconds: number;
  readonly payload: Buffer;
  /** One zstd frame of it, where that is shorter. */
  readonly compressed?: Buffer | undefined;
}

const PLAIN: ReadonlySet<FrameKind> = new Set<FrameKind>(['output', 'error-output', 'input']);

/** Neighbours of one plain kind become one frame, as far as a frame holds them. */
function join(taken: readonly Waiting[]): readonly Joined[] {
  if (taken.length === 1) return taken;
  const groups: { first: Waiting; payloads: Buffer[]; bytes: number }[] = [];
  for (const next of taken) {
    const group = groups.at(-1);
    const length = next.payload.length;
    const fits = group !== undefined && length < LONG && group.bytes + length <= MOST_PAYLOAD_BYTES;
    if (fits && group.first.kind === next.kind && PLAIN.has(next.kind)) {
      group.payloads.push(next.payload);
      group.bytes += length;
    } else groups.push({ first: next, payloads: [next.payload], bytes: length });
  }
  return groups.map(({ first: { kind, microseconds }, payloads }) => ({
    kind,
    microseconds,
    payload: payloads.length === 1 && payloads[0] !== undefined ? payloads[0] : Buffer.concat(payloads),
  }));
}

function ignore(): void {}
