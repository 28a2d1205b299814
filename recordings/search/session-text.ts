// What can be searched of one session: what was printed, what was typed and drawn, names of files, and its commands, those
// as commands. A recording that is not whole is searchable as far as it is.

import type { Command } from '../commands/command.ts';
import type { FileOperation } from '../format/file-operation.ts';
import { nameOf } from '../read/file-name.ts';
import { PrintedText } from '../read/printed-text.ts';
import { type RecordedEvent, readTrack, type TrackEnding, type UnwrapTrackKey } from '../read/read-track.ts';
import { type Encoding, RecordedText } from '../read/recorded-text.ts';
import { trackPath } from '../storage/recording-directory.ts';
import { commandDocuments, type ToldCommand } from './command-documents.ts';
import { DocumentCutter, type Moment, type SearchDocument } from './document.ts';
import { guessEncoding } from './guess-encoding.ts';

export interface SessionSource {
  readonly directory: string;
  readonly unwrap: UnwrapTrackKey;
  /** The command line of a session that was opened with one. */
  readonly command: string | null;
  /** Those read from its screen; undefined where nobody could. */
  readonly commands: readonly Command[] | undefined;
  /** So much output is looked at, whatever it is. */
  readonly mostBytes?: number;
}

const MOST_BYTES = 32 * 1024 * 1024;

/** The documents of one session; the last item says whether all of it is in them. */
export async function* sessionDocuments(source: SessionSource): AsyncGenerator<SearchDocument | { whole: boolean }> {
  const cutter = new DocumentCutter();
  const read = yield* screenDocuments(source, cutter);
  for await (const item of events(source, 'files')) {
    if (item.kind === 'file') yield* cutter.push(namesIn(item.operation), { at: item.at, offset: 0 });
    if (cutter.full) break;
  }
  yield* cutter.end();
  let whole = read && !cutter.full && source.commands !== undefined;
  for (const item of commandDocuments(toldCommands(source))) {
    if ('whole' in item) whole &&= item.whole;
    else yield item;
  }
  yield { whole };
}

function* toldCommands({ command, commands = [] }: SessionSource): Generator<ToldCommand> {
  if (command !== null) yield { at: 0, offset: 0, text: command, confidence: 'exact' };
  for (const { at, output, text, confidence } of commands) yield { at, offset: output.from, text, confidence };
}

/** Answers whether all of it was read. */
async function* screenDocuments(
  source: SessionSource,
  cutter: DocumentCutter,
): AsyncGenerator<SearchDocument, boolean> {
  const encoding = await guessEncoding(events(source, 'screen'));
  const streams = { output: new Stream(encoding), 'error-output': new Stream(encoding) };
  const { mostBytes = MOST_BYTES } = source;
  let offset = 0;
  let left = mostBytes;
  for await (const item of events(source, 'screen')) {
    const moment = { at: item.at, offset };
    if (item.kind === 'output' || item.kind === 'error-output') {
      yield* cutter.push(streams[item.kind].push(item.bytes), moment);
      if (item.kind === 'output') offset += item.bytes.length;
      left -= item.bytes.length;
    }
    if (item.kind === 'typed' && item.text !== null) {
      yield* cutter.push(typedLine(item.text, encoding), { at: item.from / 1000, offset: item.after });
    }
    if (cutter.full || left < 0) return false;
  }
  const end: Moment = { at: 0, offset };
  for (const stream of Object.values(streams)) yield* cutter.push(stream.end(), end);
  return true;
}

async function* events(
  { directory, unwrap }: SessionSource,
  track: 'screen' | 'files',
): AsyncGenerator<RecordedEvent | TrackEnding> {
  try {
    yield* readTrack(trackPath(directory, track), unwrap);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

class Stream {
  readonly #text: RecordedText;
  readonly #printed = new PrintedText();

  constructor(encoding: Encoding) {
    this.#text = new RecordedText(encoding);
  }

  push(bytes: Buffer): string {
    return this.#printed.push(this.#text.push(bytes));
  }

  end(): string {
    return this.#printed.push(this.#text.end()) + this.#printed.end();
  }
}

/** As it was typed, with what was taken back taken back. */
function typedLine(bytes: Buffer, encoding: Encoding): string {
  const text = new RecordedText(encoding);
  const printed = new PrintedText();
  const typed = (text.push(bytes) + text.end()).replaceAll('\x7f', '\b\x1b[K');
  return `${printed.push(typed)}${printed.end()}\n`;
}

function namesIn(operation: FileOperation): string {
  if (operation.what !== 'asked' && operation.what !== 'refused') return '';
  const names = [operation.path, operation.to].filter((name) => name !== undefined);
  return names.length === 0 ? '' : `${operation.op} ${names.map((name) => nameOf(name).text).join(' ')}\n`;
}
