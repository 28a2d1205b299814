// What was found on a target at one time: a manifest of items. Its hash is that of one line of canonical JSON for each
// item, in order, so that whoever has the items from the log can take it again.

import { createHash } from 'node:crypto';
import type { FilePath } from '../../audit/events/file-path.ts';
import { canonicalJson, type Json, wellFormed } from '../../store/core/canonical-json.ts';
import type { ManifestId, SessionId, TargetAccountId, TicketId } from '../../store/core/ids.ts';
import type { OriginalItemTable, OriginalManifestTable } from '../../store/schema/session-tables.ts';

export type ItemType = OriginalItemTable['type']['__select__'];
export type Purpose = OriginalManifestTable['purpose']['__select__'];

export interface Item {
  readonly path: FilePath;
  readonly type: ItemType;
  readonly mode: number | null;
  readonly size: number | null;
  /** Seconds since 1970. */
  readonly modified: number | null;
  /** Of its content, hex; null where none was read. */
  readonly sha256: string | null;
  /** Where a link leads. */
  readonly link: FilePath | null;
  /** What was about to be done to it over sftp; null where it is only declared. */
  readonly op: string | null;
  /** Why it could not be read. */
  readonly why: string | null;
}

export interface Manifest {
  readonly id: ManifestId;
  readonly ticket: TicketId;
  readonly targetAccount: TargetAccountId;
  readonly session: SessionId;
  readonly purpose: Purpose;
  readonly windowStart: number | null;
  readonly declared: readonly string[];
  readonly at: number;
  readonly complete: boolean;
  readonly why: string | null;
  readonly sha256: string | null;
}

export function itemJson(item: Item): Json {
  return wellFormed({ ...item });
}

/** Hex. */
export function manifestHash(items: readonly Item[]): string {
  const hash = createHash('sha256');
  for (const item of items) hash.update(`${canonicalJson(itemJson(item))}\n`);
  return hash.digest('hex');
}

/** A path as bytes: names are compared as such. */
export function bytesOfPath(path: FilePath): Buffer {
  return typeof path === 'string' ? Buffer.from(path, 'utf8') : Buffer.from(path.base64, 'base64');
}

/** Whether it is `folder` or below it; both absolute and normal. */
export function isAtOrBelow(path: FilePath, folder: FilePath): boolean {
  const [inner, outer] = [bytesOfPath(path), bytesOfPath(folder)];
  if (inner.equals(outer) || outer.equals(SLASH)) return true;
  return (
    inner.length > outer.length && inner[outer.length] === SLASH[0] && inner.subarray(0, outer.length).equals(outer)
  );
}

const SLASH = Buffer.from('/');
