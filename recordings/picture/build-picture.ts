// Makes what is derived from one sealed screen track: draws it from the first byte to the last, takes a key frame every
// so often and reads the commands. Interrupted, it goes on from the last key frame. To be run in a worker: what a target
// wrote may keep the emulator busy.

import type { Secret } from '../../store/core/secret.ts';
import type { Command } from '../commands/command.ts';
import { CommandReader } from '../commands/command-reader.ts';
import type { TypedAt } from '../commands/given-line.ts';
import type { ScannedFrame, TrackPlace } from '../format/track-scanner.ts';
import type { RecordedEvent } from '../read/read-track.ts';
import { TrackCursor } from '../read/track-cursor.ts';
import { trackPath } from '../storage/recording-directory.ts';
import { Emulator } from './emulator.ts';
import { PartialPicture } from './partial-picture.ts';
import type { KeyFrame } from './picture-index.ts';

export interface PictureInput {
  /** Of the recording. */
  readonly directory: string;
  /** The screen track's. */
  readonly dataKey: Secret;
  /** Where the finished file goes. */
  readonly path: string;
  /** A command without a terminal ends its lines with a line feed alone. */
  readonly bareLineFeeds: boolean;
  /** Frames that the emulator did not come to an end with; they are left out, and what follows says so. */
  readonly skip: ReadonlySet<number>;
  /** Called before each frame is drawn. */
  readonly onFrame: (frame: number) => void;
  readonly every?: Spacing;
}

/** A key frame at the latest after so much. */
export interface Spacing {
  readonly bytes: number;
  readonly frames: number;
}

/** Half a MiB takes a browser 50 ms to draw. */
const EVERY: Spacing = { bytes: 512 * 1024, frames: 2000 };
/** How often a key frame waits for a line to be read whole. */
const PATIENCE = 4;

/** False where there is no screen track. Rejects when the disk refuses, and when a track is not what was written. */
export async function buildPicture(input: PictureInput): Promise<boolean> {
  const screenPath = trackPath(input.directory, 'screen');
  const typed = await typedLines(screenPath, input.dataKey);
  if (typed === undefined) return false;
  const { partial, left } = await PartialPicture.open(input.path, input.dataKey);
  const last = left.at(-1);
  const screen = await TrackCursor.open(screenPath, () => input.dataKey, last?.keyFrame.screen);
  const keys = await TrackCursor.open(
    trackPath(input.directory, 'keys'),
    () => undefined,
    last?.keyFrame.keys ?? undefined,
  );
  if (screen === undefined) return false;
  try {
    const size = screen.header.header.terminal ?? { columns: 80, rows: 24 };
    const emulator =
      last === undefined
        ? new Emulator(size, input.bareLineFeeds)
        : await Emulator.restored(last.snapshot, input.bareLineFeeds);
    const reader = new CommandReader(emulator.terminal, typed, last?.reader);
    const commands = left.flatMap((record) => record.commands);
    const drawing = new Drawing(input, { screen, keys, emulator, reader, partial }, last?.keyFrame);
    commands.push(...(await drawing.run()));
    await partial.finish({ commands, end: screen.place });
    emulator.dispose();
    return true;
  } finally {
    await Promise.all([screen.close(), keys?.close()]);
    await partial.close().catch(() => {});
  }
}

interface Parts {
  readonly screen: TrackCursor;
  readonly keys: TrackCursor | undefined;
  readonly emulator: Emulator;
  readonly reader: CommandReader;
  readonly partial: PartialPicture;
}

class Drawing {
  readonly #input: PictureInput;
  readonly #parts: Parts;
  readonly #every: Spacing;
  #output: number;
  #gap: boolean;
  /** Since the last key frame. */
  #bytes = 0;
  #frames = 0;
  readonly #commands: Command[] = [];

  constructor(input: PictureInput, parts: Parts, last: KeyFrame | undefined) {
    this.#input = input;
    this.#parts = parts;
    this.#every = input.every ?? EVERY;
    this.#output = last?.output ?? 0;
    this.#gap = last?.gap ?? false;
  }

  /** The commands of what was drawn. */
  async run(): Promise<readonly Command[]> {
    const { screen, reader } = this.#parts;
    for (let frame = await screen.next(); frame !== undefined; frame = await screen.next()) {
      await this.#frame(frame, screen.open(frame));
      if (this.#isDue()) await this.#keyFrame();
    }
    reader.end();
    this.#commands.push(...reader.take());
    return this.#commands;
  }

  async #frame(frame: ScannedFrame, event: RecordedEvent | undefined): Promise<void> {
    const { emulator, reader } = this.#parts;
    this.#input.onFrame(frame.head.sequence);
    this.#frames += 1;
    if (event === undefined) return;
    if (event.kind === 'resize') await emulator.resize(event);
    if (event.kind !== 'output' && event.kind !== 'error-output') return;
    this.#bytes += event.bytes.length;
    if (this.#input.skip.has(frame.head.sequence)) this.#gap = true;
    else if (event.kind === 'error-output') await emulator.errorOutput(event.bytes);
    else {
      reader.frame(this.#output);
      await this.#draw(event.bytes);
      return;
    }
    if (event.kind === 'output') this.#output += event.bytes.length;
  }

  /** Stops where a line was begun or known to be taken. */
  async #draw(bytes: Buffer): Promise<void> {
    const { emulator, reader } = this.#parts;
    reader.reached(this.#output);
    for (let at = 0; at < bytes.length; ) {
      const stop = reader.nextStop(this.#output);
      const end = stop === undefined ? bytes.length : Math.min(bytes.length, at + stop - this.#output);
      await emulator.output(bytes.subarray(at, end));
      this.#output += end - at;
      at = end;
      reader.reached(this.#output);
    }
  }

  #isDue(): boolean {
    const { bytes, frames } = this.#every;
    if (this.#bytes < bytes && this.#frames < frames) return false;
    // A line half read cannot be gone on with from here; but nobody waits for ever.
    return this.#parts.reader.idle || this.#bytes >= PATIENCE * bytes || this.#frames >= PATIENCE * frames;
  }

  async #keyFrame(): Promise<void> {
    const { screen, emulator, reader, partial } = this.#parts;
    const snapshot = await emulator.snapshot();
    const keys = await this.#keysPlace(screen.place.microseconds);
    const { place } = screen;
    const exact = snapshot.exact && !this.#gap;
    const commands = reader.take();
    this.#commands.push(...commands);
    const keyFrame = { screen: place, keys, output: this.#output, exact, gap: this.#gap };
    await partial.append({ keyFrame, snapshot, commands, reader: reader.state });
    this.#bytes = 0;
    this.#frames = 0;
  }

  /** Behind everything typed up to that moment. */
  async #keysPlace(microseconds: number): Promise<TrackPlace | null> {
    const { keys } = this.#parts;
    if (keys === undefined) return null;
    return keys.placeAfter(microseconds);
  }
}

/** What was typed, with the place of each frame on the track; undefined where there is no track. */
async function typedLines(path: string, dataKey: Secret): Promise<readonly TypedAt[] | undefined> {
  const cursor = await TrackCursor.open(path, () => dataKey);
  if (cursor === undefined) return undefined;
  const typed: TypedAt[] = [];
  let output = 0;
  for (let frame = await cursor.next(); frame !== undefined; frame = await cursor.next()) {
    const { kind } = frame.head;
    if (kind !== 'output' && kind !== 'typed') continue;
    const event = cursor.open(frame);
    if (event?.kind === 'output') output += event.bytes.length;
    if (event?.kind === 'typed') typed.push({ line: event, told: output });
  }
  await cursor.close();
  return typed;
}
