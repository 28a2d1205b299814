// The little of DER that timestamps need: strict, with definite and shortest lengths only. Input is attacker-controlled.

export interface Der {
  readonly tag: number;
  readonly content: Buffer;
  /** Tag and length included. */
  readonly whole: Buffer;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  octets: 0x04,
  null: 0x05,
  oid: 0x06,
  time: 0x18,
  sequence: 0x30,
  set: 0x31,
  /** Context-specific, constructed. */
  context: (number: number): number => 0xa0 + number,
} as const;

export class DerProblem extends Error {}

const MOST_LENGTH_BYTES = 4;

/** Exactly one element. */
export function readDer(bytes: Buffer): Der {
  const [first, ...more] = elements(bytes);
  if (first === undefined || more.length > 0) throw new DerProblem('expected one DER element');
  return first;
}

/** The elements inside one of that tag. */
export function inside(der: Der | undefined, tag: number): readonly Der[] {
  return elements(contentOf(der, tag));
}

export function contentOf(der: Der | undefined, tag: number): Buffer {
  if (der?.tag !== tag) throw new DerProblem(`expected tag ${tag}, got ${der?.tag ?? 'nothing'}`);
  return der.content;
}

export function writeDer(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.of(tag), lengthBytes(content.length), content]);
}

/** Dotted, of a DER object identifier. */
export function oidOf(der: Der | undefined): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of contentOf(der, TAG.oid)) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [first = 0, ...rest] = arcs;
  return [Math.min(2, Math.floor(first / 40)), first < 80 ? first % 40 : first - 80, ...rest].join('.');
}

export function writeOid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift(128 + (left % 128));
    return digits;
  });
  return writeDer(TAG.oid, Buffer.from(bytes));
}

function elements(bytes: Buffer): readonly Der[] {
  const found: Der[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at;
    const [tag = 0, first] = [bytes[at], bytes[at + 1]];
    if (first === undefined || (tag & 0x1f) === 0x1f) throw new DerProblem('expected a tag of one byte and a length');
    const { length, used } = readLength(bytes, at + 1);
    at += 1 + used + length;
    if (at > bytes.length) throw new DerProblem('expected a whole element');
    found.push({ tag, content: bytes.subarray(at - length, at), whole: bytes.subarray(start, at) });
  }
  return found;
}

function readLength(bytes: Buffer, at: number): { readonly length: number; readonly used: number } {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return { length: first, used: 1 };
  const count = first - 0x80;
  const digits = bytes.subarray(at + 1, at + 1 + count);
  if (count < 1 || count > MOST_LENGTH_BYTES || digits.length !== count) throw new DerProblem('expected a length');
  const length = digits.readUIntBE(0, count);
  if (length < 0x80 || digits[0] === 0) throw new DerProblem('expected the shortest length');
  return { length, used: 1 + count };
}

function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const digits: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) digits.unshift(left % 256);
  return Buffer.of(0x80 + digits.length, ...digits);
}
