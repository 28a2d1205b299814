// One recording in one of the formats other programs read. Text comes out in pieces as the files are read, in constant
// memory; what is not whole is exported as far as it is, and says so at its end.

import { unreachable } from '../../store/core/unreachable.ts';
import type { TerminalSize } from '../format/header.ts';
import { readRecording } from '../read/read-recording.ts';
import { type RecordedEvent, readTrack, type TrackEnding, type UnwrapTrackKey } from '../read/read-track.ts';
import { ENCODINGS, type Encoding } from '../read/recorded-text.ts';
import { trackPath } from '../storage/recording-directory.ts';
import { asciicast2, asciicast3 } from './asciicast.ts';
import { commandsCsv, type ListedCommand } from './command-list.ts';
import { filesCsv, filesJson } from './file-list.ts';
import { plainText } from './plain-text.ts';
import { tell } from './told.ts';

/** Each with the ending of its file and its media type. */
export const EXPORT_FORMATS = {
  'asciicast-v2': { extension: 'cast', mediaType: 'application/x-asciicast' },
  'asciicast-v3': { extension: 'cast', mediaType: 'application/x-asciicast' },
  text: { extension: 'txt', mediaType: 'text/plain; charset=utf-8' },
  commands: { extension: 'csv', mediaType: 'text/csv; charset=utf-8' },
  'files-csv': { extension: 'csv', mediaType: 'text/csv; charset=utf-8' },
  'files-json': { extension: 'json', mediaType: 'application/json; charset=utf-8' },
} as const;
export type ExportFormat = keyof typeof EXPORT_FORMATS;

export { ENCODINGS, type Encoding };

export interface ExportedSession {
  readonly id: string;
  /** For people: ticket, target, login. */
  readonly title: string;
  readonly startedAt: number;
  readonly ended: boolean;
  readonly command: string | null;
  readonly terminal: TerminalSize | null;
}

export interface ExportWish {
  readonly format: ExportFormat;
  readonly encoding: Encoding;
  readonly language: 'zh' | 'en';
  readonly timeZone: string;
  /** Tell every key: `unwrap` has to give the key of the keys track. */
  readonly everyKey?: boolean;
}

export interface ExportSource {
  readonly directory: string;
  readonly unwrap: UnwrapTrackKey;
  readonly commands: AsyncIterable<ListedCommand>;
}

const PIECE = 64 * 1024;

/** Pieces of about 64 KiB. Whoever stops reading closes the files. */
export async function* exportRecording(
  source: ExportSource,
  session: ExportedSession,
  wish: ExportWish,
): AsyncGenerator<string> {
  let piece = '';
  for await (const text of lines(source, session, wish)) {
    piece += text;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

function lines(source: ExportSource, session: ExportedSession, wish: ExportWish): AsyncGenerator<string> {
  const { format, encoding, language, timeZone, everyKey = false } = wish;
  const told = () => tell(screen(source, everyKey), { encoding, everyKey, ended: session.ended });
  const list = { startedAt: session.startedAt, timeZone, language };
  switch (format) {
    case 'asciicast-v2':
      return asciicast2(told(), session, language);
    case 'asciicast-v3':
      return asciicast3(told(), session, language);
    case 'text':
      return plainText(told(), session.title, language);
    case 'commands':
      return commandsCsv(source.commands, list);
    case 'files-csv':
      return filesCsv(files(source), list);
    case 'files-json':
      return filesJson(files(source), { ...list, session: session.id });
    default:
      return unreachable(format);
  }
}

function screen({ directory, unwrap }: ExportSource, everyKey: boolean): AsyncIterable<RecordedEvent | TrackEnding> {
  return everyKey ? readRecording(directory, unwrap) : readTrack(trackPath(directory, 'screen'), unwrap);
}

/** Sessions that may not move files have no track for them. */
async function* files({ directory, unwrap }: ExportSource): AsyncGenerator<RecordedEvent | TrackEnding> {
  try {
    yield* readTrack(trackPath(directory, 'files'), unwrap);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
