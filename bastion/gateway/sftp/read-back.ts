// Reads a file from the target, in requests of our own, to hash what could not be hashed as it passed. Nothing of it
// goes to the client.

import { createHash } from 'node:crypto';
import type { Ask } from './path-guard.ts';
import { STATUS } from './protocol.ts';
import type { Reply } from './reply.ts';

/** What every server gives in one answer (section 6.4), and how many questions are on their way at once. */
const PIECE = 32_768;
const AHEAD = 16;

export interface ReadBack {
  readonly bytes: number;
  readonly sha256: string;
}

/** Undefined when the target says no, or the session ends before. Reads at most `most` bytes. */
export async function readBack(ask: Ask, handle: Buffer, most: number): Promise<ReadBack | undefined> {
  const hash = createHash('sha256');
  const read = (offset: number, length: number) => ask({ op: 'read', handle, offset, length });
  const ahead: Promise<Reply | undefined>[] = [];
  let at = 0;
  for (;;) {
    while (ahead.length < AHEAD) ahead.push(read(at + ahead.length * PIECE, PIECE));
    const got = await whole(await ahead.shift(), at, read);
    if (got === undefined) return undefined;
    for (const piece of got.pieces) hash.update(piece);
    at += got.bytes;
    if (got.ended || at > most) return at > most ? undefined : { bytes: at, sha256: hash.digest('hex') };
  }
}

/** One piece in full, however little the target gives at a time. */
async function whole(
  first: Reply | undefined,
  offset: number,
  read: (offset: number, length: number) => Promise<Reply | undefined>,
): Promise<{ readonly pieces: readonly Buffer[]; readonly bytes: number; readonly ended: boolean } | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  let reply = first;
  for (;;) {
    if (reply?.kind === 'status' && reply.code === STATUS.eof) return { pieces, bytes, ended: true };
    if (reply?.kind !== 'data' || reply.length === 0) return undefined;
    pieces.push(...reply.data);
    bytes += reply.length;
    if (bytes >= PIECE) return { pieces, bytes, ended: false };
    reply = await read(offset + bytes, PIECE - bytes);
  }
}
