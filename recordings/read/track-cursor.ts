// Walks a track's frames from its start or from a place in it, at the reader's pace; checks the chain, opens with the
// key. At the end of a file that still grows it stays, and goes on when there is more.

import { type FileHandle, open } from 'node:fs/promises';
import { FrameOpener } from '../format/frame-opener.ts';
import type { ParsedHeader } from '../format/header.ts';
import { HEADER_PREFIX_BYTES, headerLength, parseHeader } from '../format/header.ts';
import { isProblem, type TrackProblem } from '../format/track-problem.ts';
import { type ScannedFrame, type TrackPlace, TrackScanner } from '../format/track-scanner.ts';
import { eventOf, type RecordedEvent, type UnwrapTrackKey } from './read-track.ts';

const MOST_READ_BYTES = 1024 * 1024;

export class TrackCursor {
  readonly #file: FileHandle;
  readonly #header: ParsedHeader;
  readonly #opener: FrameOpener | undefined;
  readonly #readBytes: number;
  readonly #scanner: TrackScanner;
  #at: number;
  #notAsSealed = false;
  #ahead: { readonly place: TrackPlace; readonly frame: ScannedFrame | undefined } | undefined;

  private constructor(
    file: FileHandle,
    header: ParsedHeader,
    opener: FrameOpener | undefined,
    place: TrackPlace,
    readBytes: number,
  ) {
    this.#file = file;
    this.#header = header;
    this.#opener = opener;
    this.#scanner = new TrackScanner({ header, place });
    this.#at = place.offset;
    this.#readBytes = readBytes;
  }

  /** Undefined where there is no such file or not even a whole header. `readBytes`: at once; less is sooner. */
  static async open(
    path: string,
    unwrap: UnwrapTrackKey,
    place?: TrackPlace,
    readBytes = MOST_READ_BYTES,
  ): Promise<TrackCursor | undefined> {
    const file = await open(path, 'r').catch(ifMissing);
    if (file === undefined) return undefined;
    const header = await readHeader(file);
    if (header === undefined) {
      await file.close();
      return undefined;
    }
    const key = await unwrap(header.header);
    const start = { offset: header.length, frame: 0, microseconds: 0, chain: header.hash };
    const opener = key === undefined ? undefined : new FrameOpener(key, header.hash);
    return new TrackCursor(file, header, opener, place ?? start, readBytes);
  }

  get header(): ParsedHeader {
    return this.#header;
  }

  /** Where the next frame begins. */
  get place(): TrackPlace {
    const place = this.#scanner.place();
    if (place === undefined) throw new Error('expected a place after the header');
    return place;
  }

  /** Why nothing more comes, where that is not the end of the file. */
  get altered(): TrackProblem | 'not-as-sealed' | undefined {
    return this.#notAsSealed ? 'not-as-sealed' : this.#scanner.altered;
  }

  get complete(): boolean {
    return this.#scanner.position().complete;
  }

  /** Undefined at the end of what is there, and for good after what is not what was written. */
  async next(): Promise<ScannedFrame | undefined> {
    if (this.#notAsSealed) return undefined;
    for (;;) {
      const frame = this.#scanner.next();
      if (frame !== undefined || this.#scanner.altered !== undefined) return frame;
      const buffer = Buffer.allocUnsafe(this.#readBytes);
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, this.#at);
      if (bytesRead === 0) return undefined;
      this.#at += bytesRead;
      this.#scanner.push(buffer.subarray(0, bytesRead));
    }
  }

  /** The place before the first frame later than that. */
  async placeAfter(microseconds: number): Promise<TrackPlace> {
    for (;;) {
      this.#ahead ??= { place: this.place, frame: await this.next() };
      const { place, frame } = this.#ahead;
      if (frame === undefined) this.#ahead = undefined;
      if (frame === undefined || frame.head.microseconds > microseconds) return place;
      this.#ahead = undefined;
    }
  }

  /** What is in a frame; undefined where there is no key for it or it is not what was sealed. */
  open(frame: ScannedFrame): RecordedEvent | undefined {
    const event = this.#opener === undefined ? undefined : eventOf(frame, this.#opener);
    if (event === undefined) this.#notAsSealed = true;
    return event;
  }

  async nextEvent(): Promise<RecordedEvent | undefined> {
    const frame = await this.next();
    return frame === undefined ? undefined : this.open(frame);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

async function readHeader(file: FileHandle): Promise<ParsedHeader | undefined> {
  const prefix = Buffer.alloc(HEADER_PREFIX_BYTES);
  const first = await file.read(prefix, 0, prefix.length, 0);
  const length = first.bytesRead < prefix.length ? undefined : headerLength(prefix);
  if (length === undefined) return undefined;
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, 0);
  const parsed = parseHeader(buffer.subarray(0, bytesRead));
  return isProblem(parsed) ? undefined : parsed;
}

function ifMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
