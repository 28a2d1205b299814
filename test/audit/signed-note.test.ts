import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkpointText, parseCheckpoint } from '../../audit/checkpoint.ts';
import { createLogSigner, openNote, parseNote, parseVerifierKey } from '../../audit/signed-note.ts';

const vector = readFileSync(join(import.meta.dirname, '../vectors/signed-note.txt'), 'utf8');
const split = vector.indexOf('\n\n');
const knownKey = /^key: (.*)$/m.exec(vector.slice(0, split))?.[1] ?? '';
const knownNote = vector.slice(split + 2);

const keyOf = (text: string) => {
  const key = parseVerifierKey(text);
  if (key === undefined) throw new Error('expected a verifier key');
  return key;
};

test('a note signed elsewhere opens, and not with one byte changed (R19)', () => {
  expect(openNote(knownNote, keyOf(knownKey))).toMatch(/^If you think/);
  const bytes = Buffer.from(knownNote, 'utf8');
  for (let at = 0; at < bytes.length; at += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << bit);
      expect(openNote(changed.toString('utf8'), keyOf(knownKey)), `byte ${at} bit ${bit}`).toBeUndefined();
    }
  }
});

test('a verifier key with one byte changed is another key or none (R19)', () => {
  const bytes = Buffer.from(knownKey, 'utf8');
  for (let at = 0; at < bytes.length; at += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << bit);
      expect(parseVerifierKey(changed.toString('utf8')), `byte ${at} bit ${bit}`).toBeUndefined();
    }
  }
});

test('what a signer signs opens with its verifier key and no other, whoever else signed too (R19)', () => {
  const mine = createLogSigner('sluice/a', generateKeyPairSync('ed25519').privateKey);
  const other = createLogSigner('sluice/a', generateKeyPairSync('ed25519').privateKey);
  const note = mine.sign('hello\n');
  expect(openNote(note, keyOf(mine.verifierKey))).toBe('hello\n');
  expect(openNote(note, keyOf(other.verifierKey))).toBeUndefined();
  const both = note + other.sign('hello\n').slice('hello\n\n'.length);
  expect(openNote(both, keyOf(mine.verifierKey))).toBe('hello\n');
  expect(openNote(both, keyOf(other.verifierKey))).toBe('hello\n');
  expect(openNote(note + note.slice('hello\n\n'.length), keyOf(mine.verifierKey))).toBeUndefined();
});

test('signing the same text twice gives the same note, so that a repeated step changes nothing', () => {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
  const sign = () => createLogSigner('sluice/a', createPrivateKey(pem)).sign('x\n');
  expect(sign()).toBe(sign());
});

test.each(['', '\n', 'x', 'x\n', 'x\n\n', 'x\n\n— a\n', 'x\n\n— a AAAA\n', 'x\n\n— a AAAAAA==\nrubbish\n'])(
  'text that is no note is none: %j',
  (text) => {
    expect(parseNote(text)).toBeUndefined();
  },
);

test('a checkpoint is read only as it is written', () => {
  const checkpoint = { origin: 'sluice/a', size: 12, root: Buffer.alloc(32, 3), previous: Buffer.alloc(32, 4) };
  const text = checkpointText(checkpoint);
  expect(parseCheckpoint(text)).toEqual(checkpoint);
  expect(parseCheckpoint(checkpointText({ ...checkpoint, previous: null }))?.previous).toBeNull();
  const wrong = ['012', '12 ', '-1', '1e1', '12.0', ''].map((size) => text.replace('\n12\n', `\n${size}\n`));
  for (const other of [...wrong, `${text}more\n`, text.slice(0, -1), ''])
    expect(parseCheckpoint(other)).toBeUndefined();
});
