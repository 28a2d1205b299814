// One question to a timestamp authority: the time of a note. What comes back is checked before anybody keeps it.

import type { X509Certificate } from 'node:crypto';
import { noteHash } from '../checkpoint.ts';
import type { Post } from '../http-post.ts';
import { isTrusted, openToken, QUERY_TYPE, REPLY_TYPE, timeStampQuery, tokenOf } from './time-stamp.ts';

export interface TimestampAuthority {
  /** Its URL. */
  readonly authority: string;
  readonly trusted: readonly X509Certificate[];
  readonly post: Post;
  /** `count` bytes nobody can guess. */
  readonly random: (count: number) => Buffer;
}

export interface GivenTime {
  readonly token: Buffer;
  /** Milliseconds since 1970, by the authority's clock. */
  readonly at: number;
}

const NONCE_BYTES = 16;

/** Rejects where there is no answer, or one that is not for this note, this question, and by the authority that is known. */
export async function askAuthority(
  { authority, trusted, post, random }: TimestampAuthority,
  note: string,
): Promise<GivenTime> {
  const imprint = noteHash(note);
  const nonce = random(NONCE_BYTES);
  // A positive integer in its shortest form.
  nonce[0] = ((nonce[0] ?? 0) & 0x7f) | 0x40;
  const reply = await post({ url: authority, type: QUERY_TYPE, body: timeStampQuery(imprint, nonce) });
  if (reply.status !== 200 || reply.type !== REPLY_TYPE) {
    throw new Error(`expected a timestamp reply, got status ${reply.status} and ${reply.type || 'no type'}`);
  }
  const token = tokenOf(reply.body);
  if (typeof token === 'string') throw new Error(token);
  const stamp = openToken(token);
  if (!stamp.imprint.equals(imprint)) throw new Error('the token is for another checkpoint');
  if (stamp.nonce?.equals(nonce) !== true) throw new Error('the token answers another question');
  if (!isTrusted(stamp, trusted))
    throw new Error('the token is not signed by the authority whose certificate is known');
  return { token, at: stamp.at };
}
