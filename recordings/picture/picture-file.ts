// What is derived from a screen track, in a file of its own: key frames with the commands between them, and an index.
// Encrypted like the track; may be deleted and made again at any time; no proof depends on it. DERIVED.md is normative.

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { SessionId } from '../../store/core/ids.ts';
import { Secret } from '../../store/core/secret.ts';

export const PICTURE_FILE = 'screen.picture';
const MAGIC = Buffer.from('SLUICE PICTURE1\n', 'latin1');
const SALT_BYTES = 32;
export const PICTURE_HEADER_BYTES = MAGIC.length + SALT_BYTES;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Length, kind, three zero bytes, nonce. */
const RECORD_HEAD_BYTES = 8 + NONCE_BYTES;
/** Unfolded; a hostile file is not ours, but a broken one may be. */
const MOST_RECORD_BYTES = 256 * 1024 * 1024;

export const RECORD_KINDS = { 'key-frame': 1, index: 2 } as const;
export type RecordKind = keyof typeof RECORD_KINDS;

/** Where a record stands in the file. */
export interface RecordPlace {
  readonly offset: number;
  readonly length: number;
}

/** `derived`: the folder of everything that can be made again. */
export function picturePath(derived: string, session: SessionId): string {
  return join(derived, session, PICTURE_FILE);
}

export function newPictureHeader(): Buffer {
  return Buffer.concat([MAGIC, randomBytes(SALT_BYTES)]);
}

/** Undefined when these are not the first bytes of such a file. */
export function pictureKey(header: Buffer, dataKey: Secret): Secret | undefined {
  if (header.length < PICTURE_HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const salt = header.subarray(MAGIC.length, PICTURE_HEADER_BYTES);
  return Secret.ofBytes(Buffer.from(hkdfSync('sha256', dataKey.reveal(), salt, 'sluice picture v1', 32)));
}

/** The bytes of one record, which belong at `offset` and nowhere else. */
export function sealRecord(key: Secret, kind: RecordKind, offset: number, content: unknown): Buffer {
  const plain = zstdCompressSync(Buffer.from(JSON.stringify(content), 'utf8'));
  const head = Buffer.alloc(RECORD_HEAD_BYTES);
  head.writeUInt32BE(plain.length + TAG_BYTES, 0);
  head.writeUInt8(RECORD_KINDS[kind], 4);
  // Random: a file that is made again, or on from the middle, must not use a nonce twice.
  randomBytes(NONCE_BYTES).copy(head, 8);
  const cipher = createCipheriv('aes-256-gcm', key.reveal(), head.subarray(8));
  cipher.setAAD(Buffer.concat([head, u64(offset)]));
  return Buffer.concat([head, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** What `sealRecord` was given; undefined when it is not that. */
export function openRecord(key: Secret, kind: RecordKind, offset: number, bytes: Buffer): unknown {
  const head = bytes.subarray(0, RECORD_HEAD_BYTES);
  if (bytes.length < RECORD_HEAD_BYTES + TAG_BYTES || head.readUInt8(4) !== RECORD_KINDS[kind]) return undefined;
  const end = RECORD_HEAD_BYTES + head.readUInt32BE(0);
  if (end !== bytes.length) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key.reveal(), head.subarray(8), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.concat([head, u64(offset)]));
  decipher.setAuthTag(bytes.subarray(end - TAG_BYTES));
  const plain = decipher.update(bytes.subarray(RECORD_HEAD_BYTES, end - TAG_BYTES));
  try {
    decipher.final();
    const text = zstdDecompressSync(plain, { maxOutputLength: MOST_RECORD_BYTES }).toString('utf8');
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The length of the record that begins with these bytes. */
export function recordLength(head: Buffer): number | undefined {
  return head.length < RECORD_HEAD_BYTES ? undefined : RECORD_HEAD_BYTES + head.readUInt32BE(0);
}

export const TRAILER_BYTES = 16;

/** The end of a finished file: where its index is. */
export function trailer({ offset, length }: RecordPlace): Buffer {
  return Buffer.concat([u64(offset), u64(length)]);
}

/** A finished file, open. */
export interface OpenPicture {
  readonly index: unknown;
  keyFrame(place: RecordPlace): Promise<unknown>;
  close(): Promise<void>;
}

/** Undefined where there is none, or none that this key opens. */
export async function openPicture(path: string, dataKey: Secret): Promise<OpenPicture | undefined> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return undefined;
  const opened = await openIndex(file, dataKey).catch(() => undefined);
  if (opened === undefined) await file.close();
  return opened;
}

async function openIndex(file: FileHandle, dataKey: Secret): Promise<OpenPicture | undefined> {
  const { size } = await file.stat();
  const key = pictureKey(await bytesAt(file, 0, PICTURE_HEADER_BYTES), dataKey);
  if (key === undefined || size < PICTURE_HEADER_BYTES + TRAILER_BYTES) return undefined;
  const end = await bytesAt(file, size - TRAILER_BYTES, TRAILER_BYTES);
  const [offset, length] = [Number(end.readBigUInt64BE(0)), Number(end.readBigUInt64BE(8))];
  if (offset + length + TRAILER_BYTES !== size) return undefined;
  const index = openRecord(key, 'index', offset, await bytesAt(file, offset, length));
  if (index === undefined) return undefined;
  return {
    index,
    keyFrame: async (place) =>
      openRecord(key, 'key-frame', place.offset, await bytesAt(file, place.offset, place.length)),
    close: () => file.close(),
  };
}

export async function bytesAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
