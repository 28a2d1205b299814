import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLogSigner } from '../../../audit/signed-note.ts';
import { createCosigner } from '../../../audit/witness/cosignature.ts';
import { coveredSize, meetsQuorum, parsePolicy, type TrustPolicy } from '../../../audit/witness/trust-policy.ts';

const newKey = () => generateKeyPairSync('ed25519').privateKey;
const log = createLogSigner('sluice/test', newKey()).verifierKey;
const keys = Object.fromEntries(
  ['X1', 'X2', 'X3', 'Y1', 'Y2'].map((name) => [name, createCosigner(`witness.example/${name}`, newKey()).verifierKey]),
);
const witnesses = Object.entries(keys)
  .map(([name, key]) => `witness ${name} ${key}`)
  .join('\n');

function policy(text: string): TrustPolicy {
  const parsed = parsePolicy(text);
  if ('line' in parsed) throw new Error(`line ${parsed.line}: expected ${parsed.expected}`);
  return parsed;
}

const twoLevels = policy(`# who must have seen it
log ${log}
${witnesses}
group X-witnesses 2 X1 X2 X3
\tgroup Y-witnesses any Y1 Y2
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`);

test('a quorum of groups of groups is met exactly when it says so (R19)', () => {
  const names = fc.subarray(Object.keys(keys));
  fc.assert(
    fc.property(names, (cosigned) => {
      const [x, y] = ['X', 'Y'].map((side) => cosigned.filter((name) => name.startsWith(side)).length);
      expect(meetsQuorum(twoLevels, new Set(cosigned))).toBe((x ?? 0) >= 2 && (y ?? 0) >= 1);
    }),
  );
});

test('leaves are covered as far as enough witnesses have seen, whatever their last sizes (R19)', () => {
  const sizes = (...pairs: [string, number][]) => new Map(pairs);
  expect(coveredSize(twoLevels, sizes(['X1', 10], ['X2', 30], ['Y1', 20]))).toBe(10);
  expect(coveredSize(twoLevels, sizes(['X1', 25], ['X2', 30], ['X3', 28], ['Y1', 20]))).toBe(20);
  expect(coveredSize(twoLevels, sizes(['X1', 25], ['X2', 30]))).toBe(0);
  expect(coveredSize(policy(`${witnesses}\nquorum none\n`), sizes(['X1', 25]))).toBe(0);
  expect(coveredSize(policy(`${witnesses}\nquorum Y2\n`), sizes(['Y2', 7], ['X1', 9]))).toBe(7);
});

test('a witness may have an address', () => {
  const read = policy(`witness W ${keys.X1} https://witness.example/w/ \nquorum W`);
  expect(read.witnesses[0]).toMatchObject({ name: 'W', url: 'https://witness.example/w', verifierKey: keys.X1 });
});

test.each([
  ['', 'a line "quorum NAME"'],
  [`witness W ${keys.X1}`, 'a line "quorum NAME"'],
  [`log ${keys.X1}\nquorum none`, 'the verifier key of a log'],
  [`witness W ${log}\nquorum W`, 'the verifier key of a witness'],
  [`witness W ${keys.X1}\nwitness W ${keys.X2}\nquorum W`, 'a name that is not taken'],
  [`witness W ${keys.X1}\nwitness V ${keys.X1}\nquorum W`, 'each witness once'],
  [`log ${log}\nlog ${log}\nquorum none`, 'each log once'],
  [`witness none ${keys.X1}\nquorum none`, 'a name that is not taken'],
  [`witness W ${keys.X1} ftp://x\nquorum W`, 'a URL'],
  [`witness W ${keys.X1} http://x more\nquorum W`, 'a URL'],
  ['quorum W', 'none, or a witness or group'],
  ['quorum none\nquorum none', 'one quorum'],
  [`witness W ${keys.X1}\ngroup G 2 W\nquorum G`, 'a number from 1 to 1'],
  [`witness W ${keys.X1}\ngroup G 0 W\nquorum G`, 'a number from 1 to 1'],
  [`witness W ${keys.X1}\ngroup G any\nquorum G`, 'at least one member'],
  [`witness W ${keys.X1}\ngroup G any W V\nquorum G`, 'a witness or group defined above'],
  [`witness W ${keys.X1}\ngroup G any W W\nquorum G`, 'one group at most'],
  ['witnesses', 'log, witness, group or quorum'],
])('a policy %j is refused, and says what was expected', (text, expected) => {
  expect(parsePolicy(text)).toMatchObject({ expected: expect.stringContaining(expected) });
});
