// Which documents have which token, in one segment of the index: tokens are spread over buckets by their first bits,
// each bucket is one small value in the database, so that a question reads a few of them.
//
// A bucket is a sequence, ordered by token: the token (5 bytes, big-endian), how many documents (varint), then their
// numbers: the first less the segment's first, each following less the one before (varints).

import { TOKEN_BYTES } from './search-keys.ts';

/** Token → numbers of documents, ascending. */
export type Postings = Map<number, number[]>;

export const TOKEN_BITS = TOKEN_BYTES * 8;
const MOST_BITS = 12;
const BUCKET_BYTES = 4096;

/** How many of a token's first bits name its bucket, for a segment of about so many bytes. */
export function bitsFor(bytes: number): number {
  return Math.min(MOST_BITS, Math.max(0, Math.ceil(Math.log2(Math.max(1, bytes / BUCKET_BYTES)))));
}

export function prefixOf(token: number, bits: number): number {
  return Math.floor(token / 2 ** (TOKEN_BITS - bits));
}

/** `postings`: those of one bucket. */
export function encodeBucket(postings: Postings, first: number): Buffer {
  const bytes: number[] = [];
  for (const token of [...postings.keys()].sort((a, b) => a - b)) {
    const numbers = postings.get(token) ?? [];
    for (let shift = TOKEN_BYTES - 1; shift >= 0; shift -= 1) bytes.push(Math.floor(token / 256 ** shift) % 256);
    pushVarint(bytes, numbers.length);
    let before = first;
    for (const number of numbers) {
      pushVarint(bytes, number - before);
      before = number;
    }
  }
  return Buffer.from(bytes);
}

/** Adds what the bucket says to `postings`; numbers of later buckets have to be greater. */
export function decodeBucket(bucket: Buffer, first: number, postings: Postings): void {
  for (const { token, numbers } of entries(bucket, first)) {
    const known = postings.get(token);
    if (known === undefined) postings.set(token, numbers);
    else for (const number of numbers) known.push(number);
  }
}

/** The documents with this token; undefined when there are none. */
export function findInBucket(bucket: Buffer, first: number, wanted: number): readonly number[] | undefined {
  const reader = new BucketReader(bucket);
  while (reader.more) {
    const token = reader.token();
    if (token === wanted) return reader.numbers(first);
    if (token > wanted) return undefined;
    reader.skip();
  }
  return undefined;
}

function* entries(bucket: Buffer, first: number): Generator<{ token: number; numbers: number[] }> {
  const reader = new BucketReader(bucket);
  while (reader.more) yield { token: reader.token(), numbers: reader.numbers(first) };
}

class BucketReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get more(): boolean {
    return this.#at < this.#bytes.length;
  }

  token(): number {
    this.#at += TOKEN_BYTES;
    return this.#bytes.readUIntBE(this.#at - TOKEN_BYTES, TOKEN_BYTES);
  }

  numbers(first: number): number[] {
    const count = this.#varint();
    const numbers: number[] = [];
    let number = first;
    for (let nth = 0; nth < count; nth += 1) {
      number += this.#varint();
      numbers.push(number);
    }
    return numbers;
  }

  skip(): void {
    for (let left = this.#varint(); left > 0; left -= 1) this.#varint();
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes.readUInt8(this.#at);
      this.#at += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }
}

function pushVarint(bytes: number[], value: number): void {
  let left = value;
  while (left >= 128) {
    bytes.push((left % 128) + 128);
    left = Math.floor(left / 128);
  }
  bytes.push(left);
}

/** What is in both, ascending. */
export function intersection(a: readonly number[], b: readonly number[]): number[] {
  const both: number[] = [];
  let nth = 0;
  for (const number of a) {
    while (nth < b.length && (b[nth] ?? 0) < number) nth += 1;
    if (b[nth] === number) both.push(number);
  }
  return both;
}
