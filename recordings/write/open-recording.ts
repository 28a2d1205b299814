// A recording being made: the proof, without which no target is dialled, that every byte has a place to be written
// before it is forwarded. Calls resolve only after their bytes are in the file; after a failure none ever does.

import { dirname } from 'node:path';
import type { Json } from '../../store/core/canonical-json.ts';
import type { Cancel } from '../../store/core/clock.ts';
import type { Sentence } from '../../store/core/refusal.ts';
import type { FileOperation } from '../format/file-operation.ts';
import { MOST_PAYLOAD_BYTES } from '../format/frame.ts';
import { encodePayload, type SessionEnd, type StructuredEvent, type TypedLine } from '../format/payload.ts';
import { eachTrack, type PerTrack, trackValues } from '../format/track.ts';
import { compressor } from './compressor.ts';
import { createTracks, type NewTracks, type OpenFiles } from './create-tracks.ts';
import {
  alreadySealed,
  cannotOpen,
  cannotWrite,
  diskNearlyFull,
  diskStalled,
  RecorderFailure,
} from './recorder-failure.ts';
import { type TrackReach, TrackWriter } from './track-writer.ts';
import { TypedLines } from './typed-lines.ts';

export interface OpenRecordingInput extends NewTracks {
  /** Fewer free bytes than this end the recording while there is still room to say so. */
  readonly reserveBytes: number;
  /** 1000: written bytes survive a power cut at most this much later. */
  readonly syncEveryMs: number;
  /** A disk that owes an answer for longer than this has failed. Default 10 s. */
  readonly stallAfterMs?: number;
}

// Types, not interfaces: they go into events, which take JSON.
type Tracks<T> = { readonly screen: T; readonly keys: T; readonly files?: T };

/** Chain value of each track, hex. */
export type RecordingHeads = Tracks<string>;

export interface SealedRecording {
  readonly tracks: Tracks<TrackReach>;
  /** Payload bytes, both ways. */
  readonly recordedBytes: number;
}

class OpenRecording {
  readonly #input: OpenRecordingInput;
  readonly #tracks: PerTrack<TrackWriter>;
  readonly #writers: readonly TrackWriter[];
  readonly #started: number;
  readonly #failure = new AbortController();
  /** Where there is a terminal that may draw what is typed. */
  readonly #typed: TypedLines | undefined;
  #microseconds = 0;
  #tick: Cancel | undefined;
  #checkingSpace = false;
  #seal: Promise<SealedRecording> | undefined;
  #closed: Promise<void> | undefined;
  /** The disk refused or stalled: the files may end in the middle of a frame and must not grow. */
  #broken = false;
  readonly #breaking = Promise.withResolvers<never>();

  constructor(input: OpenRecordingInput, files: OpenFiles) {
    this.#input = input;
    this.#started = files.started;
    // Only a seal that waits for the disk cares.
    this.#breaking.promise.catch(() => {});
    this.#tracks = eachTrack(
      files.tracks,
      (file, track) =>
        new TrackWriter({
          disk: input.disk,
          dataKey: input.keys[track].dataKey,
          compressor,
          ...file,
          now: () => input.clock.monotonic(),
          onFault: (cause) => this.#break(cannotWrite(cause)),
        }),
    );
    this.#writers = trackValues(this.#tracks);
    if (input.terminal !== null) this.#typed = new TypedLines((line) => this.#tellTyped(line));
  }

  /** What the target wrote for the user, as on the wire. Do not change `bytes` before this resolves. */
  output(bytes: Buffer): Promise<void> {
    return this.#plain('output', bytes);
  }

  errorOutput(bytes: Buffer): Promise<void> {
    return this.#plain('error-output', bytes);
  }

  /** What the user typed, as on the wire. */
  input(bytes: Buffer): Promise<void> {
    return this.#plain('input', bytes);
  }

  resize(columns: number, rows: number): Promise<void> {
    return this.#structured({ kind: 'resize', columns, rows });
  }

  /** Words this product put on the user's terminal. */
  notice(sentence: Sentence): Promise<void> {
    return this.#structured({ kind: 'notice', sentence });
  }

  /** Something worth finding again; `name` is ours, `details` may hold attacker-controlled text. */
  marker(name: string, details: Json): Promise<void> {
    return this.#structured({ kind: 'marker', name, details });
  }

  /** What was done to a file. Rejects with a fault where the recording was opened without a track for files. */
  file(operation: FileOperation): Promise<void> {
    const { files } = this.#tracks;
    if (files === undefined) return Promise.reject(new Error('expected a recording with a track for files'));
    return this.#structured({ kind: 'file', operation }, files);
  }

  /** As far as a power cut cannot take it back, so that a head in the evidence log is always found in the file. */
  heads(): RecordingHeads {
    return eachTrack(this.#tracks, ({ durable }) => durable.head);
  }

  /** Payload bytes in the files, both ways. */
  get bytes(): number {
    return this.#writers.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0);
  }

  /** Aborts with a RecorderFailure when a write or sync fails, the disk stalls or falls under its reserve. */
  get failure(): AbortSignal {
    return this.#failure.signal;
  }

  /**
   * Writes the end frames and makes everything durable; nothing can be recorded afterwards. After a failed write or
   * sync it rejects and leaves the files to recovery; under the reserve it still succeeds.
   */
  seal(end: SessionEnd): Promise<SealedRecording> {
    this.#seal ??= Promise.race([this.#sealTracks(end), this.#breaking.promise]);
    return this.#seal;
  }

  #plain(kind: 'output' | 'error-output' | 'input', bytes: Buffer): Promise<void> {
    const refused = this.#refused();
    if (refused !== undefined) return refused;
    if (bytes.length === 0) return Promise.resolve();
    const at = this.#now();
    const written = (kind === 'input' ? this.#tracks.keys : this.#tracks.screen).append(kind, at, bytes);
    this.#watch();
    if (kind === 'input') this.#typed?.typed(bytes, at);
    if (kind === 'output') this.#typed?.drawn(bytes);
    return written;
  }

  /** Derived from what is written anyway, so nobody waits for it; a disk that refuses it ends the recording. */
  #tellTyped(line: TypedLine): void {
    const payload = encodePayload({ kind: 'typed', ...line });
    this.#tracks.screen.append('typed', this.#now(), payload).catch(() => {});
  }

  #structured(event: StructuredEvent, track: TrackWriter = this.#tracks.screen): Promise<void> {
    const refused = this.#refused();
    if (refused !== undefined) return refused;
    const payload = encodePayload(event);
    if (payload.length > MOST_PAYLOAD_BYTES) {
      return Promise.reject(new RangeError(`expected a ${event.kind} of 64 KiB, got ${payload.length} bytes`));
    }
    const written = track.append(event.kind, this.#now(), payload);
    this.#watch();
    return written;
  }

  #refused(): Promise<never> | undefined {
    if (this.#failure.signal.aborted) return Promise.reject(this.#failure.signal.reason);
    return this.#seal === undefined ? undefined : Promise.reject(alreadySealed());
  }

  async #sealTracks(end: SessionEnd): Promise<SealedRecording> {
    try {
      if (this.#broken) throw this.#failure.signal.reason;
      this.#typed?.end();
      const payload = encodePayload({ kind: 'end', ...end });
      const at = this.#now();
      const ended = this.#writers.map((track) => track.append('end', at, payload));
      this.#watch();
      await Promise.all(ended);
      await Promise.all(this.#writers.map((track) => track.sync()));
      await this.#close();
      await this.#input.disk.syncDirectory(this.#input.directory);
      return { tracks: eachTrack(this.#tracks, ({ durable }) => durable), recordedBytes: this.bytes };
    } catch (error) {
      this.#break(error instanceof RecorderFailure ? error : cannotWrite(error));
      throw this.#failure.signal.reason;
    }
  }

  #now(): number {
    const microseconds = Math.round((this.#input.clock.monotonic() - this.#started) * 1000);
    this.#microseconds = Math.max(this.#microseconds, microseconds);
    return this.#microseconds;
  }

  #watch(): void {
    if (this.#broken || this.#tick !== undefined) return;
    this.#tick = this.#input.clock.after(this.#input.syncEveryMs, () => {
      this.#tick = undefined;
      this.#look();
    });
  }

  /** Once per interval while anything is written: sync, look for a stalled disk, look at the free space. */
  #look(): void {
    if (this.#broken || this.#closed !== undefined) return;
    const stall = this.#input.stallAfterMs ?? 10_000;
    const since = this.#input.clock.monotonic() - stall;
    if (this.#writers.some(({ owedSince }) => owedSince !== undefined && owedSince <= since)) {
      this.#break(diskStalled(stall));
      return;
    }
    // A failing sync reports itself through the track's fault.
    for (const track of this.#writers) track.sync().catch(() => {});
    this.#checkSpace();
    if (this.#writers.some(({ idle }) => !idle)) this.#watch();
  }

  #checkSpace(): void {
    if (this.#checkingSpace) return;
    this.#checkingSpace = true;
    const { disk, directory, reserveBytes } = this.#input;
    disk.freeBytes(directory).then(
      (free) => {
        this.#checkingSpace = false;
        if (free < reserveBytes) this.#fail(diskNearlyFull(free, reserveBytes));
      },
      (error: unknown) => this.#break(cannotWrite(error)),
    );
  }

  /** The session must end; the tracks are whole and can be sealed. */
  #fail(failure: RecorderFailure): void {
    if (!this.#failure.signal.aborted) this.#failure.abort(failure);
    if (this.#seal !== undefined && !this.#broken) return;
    for (const track of this.#writers) track.rejectAll(this.#failure.signal.reason);
  }

  #break(failure: RecorderFailure): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#tick?.();
    this.#fail(failure);
    this.#breaking.reject(this.#failure.signal.reason);
    this.#close().catch(() => {});
  }

  #close(): Promise<void> {
    this.#tick?.();
    this.#closed ??= Promise.all(this.#writers.map((track) => track.close())).then(() => {});
    return this.#closed;
  }
}

export type { OpenRecording };

/** Creates the tracks and makes them durable before it resolves. Rejects with a RecorderFailure. */
export async function openRecording(input: OpenRecordingInput): Promise<OpenRecording> {
  const { disk, directory, reserveBytes } = input;
  const opened: number[] = [];
  try {
    const free = await disk.freeBytes(dirname(directory));
    if (free < reserveBytes) throw diskNearlyFull(free, reserveBytes);
    await disk.makeDirectory(directory);
    const files = await createTracks(input, opened);
    await Promise.all([disk.syncDirectory(directory), disk.syncDirectory(dirname(directory))]);
    return new OpenRecording(input, files);
  } catch (error) {
    for (const file of opened) disk.close(file, () => {});
    throw cannotOpen(error);
  }
}
