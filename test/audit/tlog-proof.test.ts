import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTlogProof, provesLeaf, tlogProofText } from '../../audit/tlog-proof.ts';
import { keyOf } from './log-scene.ts';

const vectors = readFileSync(join(import.meta.dirname, '../vectors/tlog-proof.txt'), 'utf8')
  .split('=====\n')
  .slice(1);

test.each(vectors.map((text) => text.split('-----\n')))(
  'the vector %s comes out as it says (R19)',
  (head, proof = '') => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(head ?? '')?.[1] ?? '';
    const read = parseTlogProof(proof);
    const [leaf, key] = [Buffer.from(field('leaf'), 'utf8'), keyOf(field('key'))];
    const outcome = read === undefined ? 'no proof' : provesLeaf(read, leaf, key) ? 'proven' : 'not proven';
    expect(outcome).toBe(field('expect'));
  },
);

test('a proof survives being written down, with and without what is extra', () => {
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
  const extra = fc.option(
    fc.uint8Array({ maxLength: 90 }).map((bytes) => Buffer.from(bytes)),
    { nil: undefined },
  );
  const checkpoint = 'a\n1\nx\n\n— a AAAAAAAA\n';
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.array(hash, { maxLength: 53 }), extra, (index, hashes, more) => {
      const proof = { index, hashes, checkpoint, ...(more === undefined ? {} : { extra: more }) };
      expect(parseTlogProof(tlogProofText(proof))).toEqual(proof);
    }),
  );
});

test('any other text is no proof', () => {
  fc.assert(fc.property(fc.string(), (text) => parseTlogProof(text) === undefined));
});
