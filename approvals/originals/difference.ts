// What is different between what was there first and what is there now. Pure. Where there is no first state, or none that
// could be read, or what is there now cannot be read, that is said of the path, never left out.

import type { FilePath } from '../../audit/events/file-path.ts';
import { bytesOfPath, type Item, isAtOrBelow, type Manifest } from './manifest.ts';

export type How = 'added' | 'changed' | 'mode' | 'removed' | 'unread' | 'no-original';

/** What is compared of an item. */
export type State = Pick<Item, 'type' | 'mode' | 'size' | 'modified' | 'sha256' | 'link'>;

export interface Change {
  readonly path: FilePath;
  /** Whether the ticket says that it changes this. */
  readonly declared: boolean;
  readonly how: How;
  /** Null where nothing is known. */
  readonly before: State | null;
  readonly after: State | null;
  readonly modeChanged: boolean;
  readonly why: string | null;
}

export interface ListedManifest extends Manifest {
  readonly items: readonly Item[];
}

/** The first state of everything on one target account. */
export interface Before {
  /** The copies made before the first channel opened; undefined where there are none. */
  readonly opening: ListedManifest | undefined;
  /** What sftp touched besides, as it was. */
  readonly touched: readonly Item[];
}

/** `manifests`: of one ticket and target account, oldest first. */
export function firstStates(manifests: readonly ListedManifest[]): Before {
  const openings = manifests.filter(({ purpose }) => purpose === 'opening');
  const opening = openings.find(({ complete }) => complete) ?? openings[0];
  const first = new Map<string, Item>();
  for (const { items } of manifests.filter(({ purpose }) => purpose === 'touched')) {
    for (const item of items) {
      const key = keyOf(item.path);
      if (!covers(opening, item.path) && !first.has(key)) first.set(key, item);
    }
  }
  return { opening, touched: [...first.values()] };
}

/** `after`: undefined where nothing could be read at all. */
export function differences({ opening, touched }: Before, after: readonly Item[]): readonly Change[] {
  const now = new Map(after.map((item) => [keyOf(item.path), item]));
  const before = new Map((opening?.items ?? []).map((item) => [keyOf(item.path), item]));
  const declared = [...before.values()].map((was) => compared(was, now.get(keyOf(was.path)), true));
  const added = after
    .filter(({ path }) => !before.has(keyOf(path)) && covers(opening, path))
    .map((is) => newcomer(is, opening?.complete === true));
  const beside = touched.map((was) => compared(was, now.get(keyOf(was.path)), false));
  return [...declared, ...added, ...beside]
    .filter((change) => change !== undefined)
    .sort((a, b) => Buffer.compare(bytesOfPath(a.path), bytesOfPath(b.path)));
}

/** Whether the ticket says that it changes this, links followed. */
function covers(opening: ListedManifest | undefined, path: FilePath): boolean {
  if (opening === undefined) return false;
  const roots = [
    ...opening.declared,
    ...opening.items.filter(({ type }) => type === 'link' || type === 'folder').map(({ path }) => path),
  ];
  return roots.some((root) => isAtOrBelow(path, root));
}

function newcomer(is: Item, complete: boolean): Change | undefined {
  if (is.type === 'absent') return undefined;
  const change = { path: is.path, declared: true, before: null, after: stateOf(is), modeChanged: false, why: is.why };
  if (is.type === 'unread') return { ...change, how: 'unread', after: null };
  // Where not everything was copied, it may have been there.
  return { ...change, how: complete ? 'added' : 'no-original' };
}

function compared(was: Item, is: Item | undefined, declared: boolean): Change | undefined {
  // Below a folder that is gone nothing is looked for any more.
  const now = is === undefined || is.type === 'absent' ? undefined : is;
  const change = {
    path: was.path,
    declared,
    before: was.type === 'unread' ? null : stateOf(was),
    after: now === undefined || now.type === 'unread' ? null : stateOf(now),
    modeChanged: now !== undefined && was.mode !== null && now.mode !== null && was.mode !== now.mode,
    why: now?.why ?? was.why,
  };
  if (now?.type === 'unread') return { ...change, how: 'unread' };
  if (was.type === 'unread') return { ...change, how: 'no-original' };
  if (was.type === 'absent') return now === undefined ? undefined : { ...change, how: 'added', before: null };
  if (now === undefined) return { ...change, how: 'removed' };
  if (differs(was, now)) return { ...change, how: 'changed' };
  return change.modeChanged ? { ...change, how: 'mode' } : undefined;
}

function differs(was: Item, is: Item): boolean {
  if (was.type !== is.type) return true;
  if (was.type === 'link') return keyOf(was.link ?? '') !== keyOf(is.link ?? '');
  if (was.type !== 'file') return false;
  if (was.sha256 !== null && is.sha256 !== null) return was.sha256 !== is.sha256;
  return was.size !== is.size || was.modified !== is.modified;
}

function stateOf({ type, mode, size, modified, sha256, link }: Item): State {
  return { type, mode, size, modified, sha256, link };
}

export function keyOf(path: FilePath): string {
  return bytesOfPath(path).toString('latin1');
}
