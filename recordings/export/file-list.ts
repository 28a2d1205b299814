// What a session did to files, one row for each request, as CSV and as JSON. A row is written once it is known what
// came of it, so rows are in the order in which things were over; what never was over comes last. Only what is under
// way is kept.

import {
  type Closing,
  type FileOperation,
  pathBytes,
  type RecordedPath,
  type Subject,
} from '../format/file-operation.ts';
import { nameOf } from '../read/file-name.ts';
import type { RecordedEvent, TrackEnding } from '../read/read-track.ts';
import type { ListHead } from './command-list.ts';
import { type Cell, CSV_START, csvRow } from './csv.ts';
import { gapOf } from './told.ts';
import { wallTime } from './wall-time.ts';

export interface ListedFile {
  readonly n: number;
  /** Milliseconds since the recording began: when it was asked, and when it was over. */
  readonly at: number;
  readonly overAt: number | null;
  readonly subject: Subject;
  /** SSH_FX_*; null when there was no answer. */
  readonly code: number | null;
  /** Why it never reached the target. */
  readonly refused: string | null;
  readonly closed: Closing | null;
}

type Item = RecordedEvent | TrackEnding;
/** What opens something that is closed later. */
const OPENS: ReadonlySet<string> = new Set(['open', 'opendir', 'scp-send', 'scp-receive']);
/** A client that never waits for answers has these many requests under way; more are written without theirs. */
const MOST_UNDER_WAY = 65_536;

/** Rows, and what is missing of the track at the end. */
export async function* listFiles(items: AsyncIterable<Item>): AsyncGenerator<ListedFile | TrackEnding> {
  const underWay = new Map<number, ListedFile>();
  for await (const item of items) {
    if (item.kind === 'file') yield* rowsOf(item.at, item.operation, underWay);
    if (item.kind !== 'file-end') continue;
    yield* underWay.values();
    yield item;
  }
}

function* rowsOf(at: number, operation: FileOperation, underWay: Map<number, ListedFile>): Generator<ListedFile> {
  switch (operation.what) {
    case 'asked': {
      const { what: _, n, ...subject } = operation;
      underWay.set(n, { n, at, overAt: null, subject, code: null, refused: null, closed: null });
      const [first] = underWay.size > MOST_UNDER_WAY ? underWay.values() : [];
      if (first === undefined) return;
      underWay.delete(first.n);
      yield first;
      return;
    }
    case 'refused': {
      const { what: _, n, code, why, ...subject } = operation;
      yield { n, at, overAt: at, subject, code, refused: why, closed: null };
      return;
    }
    case 'answered': {
      const row = underWay.get(operation.n);
      if (row === undefined) return;
      const answered = { ...row, code: operation.code };
      if (operation.code === 0 && OPENS.has(row.subject.op)) underWay.set(row.n, answered);
      else {
        underWay.delete(row.n);
        yield { ...answered, overAt: at };
      }
      return;
    }
    case 'closed': {
      const row = underWay.get(operation.of);
      if (row === undefined) return;
      const { what: _, of, ...closed } = operation;
      underWay.delete(of);
      yield { ...row, overAt: at, closed };
      return;
    }
    case 'moved':
    case 'not-understood':
      return;
  }
}

const COLUMNS = {
  zh: '序号,时间,结束时间,操作,路径,目标路径,编码,应答码,拒绝原因,完整,读出字节,写入字节,列出条目,文件大小,哈希方式,SHA-256,哈希起点,哈希字节,哈希说明',
  en: 'number,time,over,operation,path,to,encoding,answer,refused,complete,read,written,entries,size,hashed,SHA-256,hashed from,hashed bytes,why',
} as const;

export async function* filesCsv(items: AsyncIterable<Item>, head: ListHead): AsyncGenerator<string> {
  const time = wallTime(head.timeZone);
  yield CSV_START;
  yield csvRow(COLUMNS[head.language].split(','));
  for await (const row of listFiles(items)) {
    if (!('kind' in row)) {
      yield csvRow(cellsOf(row, (at) => time(head.startedAt + at)));
      continue;
    }
    const gap = gapOf(row, true);
    if (gap !== undefined) yield csvRow(['', '', '', gap[head.language]]);
  }
}

function cellsOf({ n, at, overAt, subject, code, refused, closed }: ListedFile, time: (at: number) => string): Cell[] {
  const path = subject.path === undefined ? null : nameOf(subject.path);
  const to = subject.to === undefined ? null : nameOf(subject.to);
  const asked: Cell[] = [n, time(at), overAt === null ? null : time(overAt), subject.op, path?.text ?? null];
  asked.push(to?.text ?? null, path?.encoding ?? to?.encoding ?? null, code, refused);
  if (closed === null) return [...asked, ...Array<null>(10).fill(null)];
  const { complete, read, written, entries, size, hashed, sha256, from, bytes, why } = closed;
  return [...asked, complete ? 1 : 0, read, written, entries, size, hashed, sha256, from, bytes, why];
}

/** One object: `session`, `files` with everything the track says of each, `gap` where the track is not whole. */
export async function* filesJson(
  items: AsyncIterable<Item>,
  { startedAt, session }: { readonly startedAt: number; readonly session: string },
): AsyncGenerator<string> {
  yield `{"session":${JSON.stringify(session)},"startedAt":${startedAt},"files":[`;
  let separator = '\n';
  let gap: ReturnType<typeof gapOf>;
  for await (const row of listFiles(items)) {
    if ('kind' in row) {
      gap = gapOf(row, true);
      continue;
    }
    yield `${separator}${JSON.stringify(fileJson(row))}`;
    separator = ',\n';
  }
  yield `\n],"gap":${JSON.stringify(gap ?? null)}}\n`;
}

function fileJson({ subject, ...row }: ListedFile): object {
  const { path, to, resolved, toResolved, ...rest } = subject;
  const names = Object.entries({ path, to, resolved, toResolved }).filter(([, name]) => name !== undefined);
  return { ...row, ...rest, ...Object.fromEntries(names.map(([field, name]) => [field, nameJson(name)])) };
}

/** Text as somebody reads it, and the exact bytes where it is not UTF-8. */
function nameJson(name: RecordedPath | undefined): object | null {
  if (name === undefined) return null;
  const { text, encoding } = nameOf(name);
  return encoding === 'utf-8' ? { text, encoding } : { text, encoding, base64: pathBytes(name).toString('base64') };
}
