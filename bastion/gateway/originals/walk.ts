// Everything at and below a declared path, in the order of the names' bytes. A path that is a link, or lies behind one,
// is followed once, to where the target says it leads, and one item says so; below it links are items and nothing more.
// Names are attacker-controlled: what could lead elsewhere is no name.

import { recordedPath } from '../../../recordings/format/file-operation.ts';
import type { Found } from '../../link/originals.ts';
import { below } from '../sftp/paths.ts';
import { STATUS } from '../sftp/protocol.ts';
import type { CopyBudget } from './copy-budget.ts';
import { CopyProblem } from './copy-problem.ts';
import { found, look, resolved, unread } from './look.ts';
import { whyOf } from './read-file.ts';
import type { AskInTime } from './target-files.ts';

export interface Item {
  readonly at: Buffer;
  readonly found: Found;
}

export interface WalkParts {
  readonly ask: AskInTime;
  readonly budget: CopyBudget;
  /** What cannot be read is an item that says so, where it concerns only itself. */
  readonly tolerant: boolean;
}

const LOOKED_AT_ONCE = 32;
const MOST_PATH_BYTES = 4096;
const SLASH = 0x2f;

/** Throws CopyProblem. */
export async function* walk(declared: Buffer, parts: WalkParts): AsyncGenerator<Item> {
  const { ask } = parts;
  const real = await orUnread(parts, declared, () => resolved(ask, declared));
  if (real !== undefined && 'found' in real) {
    yield real;
    return;
  }
  if (real !== undefined && !real.equals(declared)) {
    parts.budget.countPath(declared);
    yield { at: declared, found: { ...found(declared, 'link', {}), link: recordedPath(real) } };
  }
  yield* tree(real ?? declared, parts);
}

async function* tree(root: Buffer, parts: WalkParts): AsyncGenerator<Item> {
  const folders: Item[] = [];
  const first = await seen(root, parts);
  yield first;
  if (first.found.type === 'folder') folders.push(first);
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const { at } = folder;
    const names = await orUnread(parts, at, () => list(at, parts));
    if ('found' in names) {
      yield names;
      continue;
    }
    const within: Item[] = [];
    for (let from = 0; from < names.length; from += LOOKED_AT_ONCE) {
      const some = names.slice(from, from + LOOKED_AT_ONCE).map((name) => seen(below(at, name), parts));
      for (const item of await Promise.all(some)) {
        yield item;
        if (item.found.type === 'folder') within.push(item);
      }
    }
    folders.push(...within.reverse());
  }
}

/** One path and nothing below. */
export async function seen(at: Buffer, parts: WalkParts): Promise<Item> {
  parts.budget.countPath(at);
  const what = await orUnread(parts, at, () => look(parts.ask, at));
  return 'found' in what ? what : { at, found: what };
}

async function list(folder: Buffer, { ask, budget }: WalkParts): Promise<readonly Buffer[]> {
  const opened = await ask({ op: 'opendir', path: folder });
  if (opened.kind !== 'handle') throw new CopyProblem(whyOf(opened), folder);
  const handle = Buffer.from(opened.handle);
  const names: Buffer[] = [];
  try {
    for (;;) {
      const reply = await ask({ op: 'readdir', handle });
      if (reply.kind === 'status' && reply.code === STATUS.eof) break;
      if (reply.kind !== 'name' || reply.names.length === 0) throw new CopyProblem(whyOf(reply), folder);
      names.push(...reply.names.filter((name) => !isSelf(name)).map((name) => judged(name, folder)));
      if (names.length > budget.room) throw new CopyProblem('too-many', folder);
    }
  } finally {
    ask({ op: 'close', handle }).catch(() => undefined);
  }
  return names.sort(Buffer.compare);
}

function isSelf(name: Buffer): boolean {
  return name.equals(Buffer.from('.')) || name.equals(Buffer.from('..'));
}

/** A copy: what the target sent is kept no longer than it takes to read. */
function judged(name: Buffer, folder: Buffer): Buffer {
  const odd = name.length === 0 || name.includes(0) || name.includes(SLASH);
  if (odd || folder.length + 1 + name.length > MOST_PATH_BYTES) throw new CopyProblem('odd-name', folder);
  return Buffer.from(name);
}

/** Where it is borne with, what could not be read is an item. */
async function orUnread<T>({ tolerant }: WalkParts, at: Buffer, work: () => Promise<T>): Promise<T | Item> {
  try {
    return await work();
  } catch (error) {
    if (!tolerant || !(error instanceof CopyProblem) || !error.isLocal) throw error;
    return { at, found: unread(at, error) };
  }
}
