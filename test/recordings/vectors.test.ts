import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FileOperation } from '../../recordings/format/file-operation.ts';
import { readTrack, type TrackEnding } from '../../recordings/read/read-track.ts';
import { verifyTrack } from '../../recordings/verify/verify-track.ts';
import { Secret } from '../../store/core/secret.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FOLDER = join(import.meta.dirname, '../vectors');
const NAMES = readdirSync(FOLDER).filter((name) => name.startsWith('track-'));

function load(name: string): { expected: string; key: Secret; file: string } {
  const [head = '', body = ''] = readFileSync(join(FOLDER, name), 'utf8').split('\n\n');
  const field = (field: string): string => new RegExp(`^${field}: (.*)$`, 'm').exec(head)?.[1] ?? '';
  const file = join(temporaryFolder(), 'screen.track');
  writeFileSync(file, Buffer.from(body.replaceAll('\n', ''), 'hex'));
  return { expected: field('expect'), key: Secret.ofBytes(Buffer.from(field('key'), 'hex')), file };
}

const described = (offset: number, frame: number | null | undefined): string =>
  ` at ${offset}${frame === null || frame === undefined ? '' : ` frame ${frame}`}`;

async function endingOf(file: string, key: Secret): Promise<TrackEnding | undefined> {
  for await (const event of readTrack(file, () => key)) if (event.kind === 'file-end') return event;
  return undefined;
}

test('there are vectors', () => {
  expect(NAMES.length).toBeGreaterThan(20);
});

test.each(NAMES)('%s reads as it says (R17, R19)', async (name) => {
  const { expected, key, file } = load(name);
  const ending = await endingOf(file, key);
  const problem = ending?.problem === undefined ? '' : described(ending.offset, ending.problem.frame);
  expect(`${ending?.how}${problem}`).toBe(expected.replace(' (with the key only)', ''));
});

test.each(NAMES)('%s verifies without a key as it says (R19)', async (name) => {
  const { expected, file } = load(name);
  const verdict = await verifyTrack(file);
  if (expected.endsWith('(with the key only)')) return expect(verdict.ok).toBe(true);
  if (expected === 'complete' || expected === 'open') {
    return expect(verdict).toMatchObject({ ok: true, complete: expected === 'complete' });
  }
  const [how] = expected.split(' ');
  expect(verdict.ok ? 'ok' : how + described(verdict.problem.offset, verdict.problem.frame)).toBe(expected);
});

test('the complete vector holds the bytes as they were on the wire (R17)', async () => {
  const { key, file } = load('track-complete.txt');
  const events = [];
  for await (const event of readTrack(file, () => key)) events.push(event);
  expect(events).toMatchObject([
    { at: 0, kind: 'output', bytes: Buffer.from('$ ') },
    { at: 1.5, kind: 'output', bytes: Buffer.from([0xc4, 0xe3, 0xba]) },
    { at: 2500, kind: 'output', bytes: Buffer.from('abcdefgh'.repeat(100)) },
    { at: 2500.001, kind: 'resize', columns: 120, rows: 36 },
    { at: 2500.002, kind: 'notice', sentence: { zh: '还有五分钟', en: 'five minutes left' } },
    { at: 3000, kind: 'end', reason: 'finished', exitStatus: 0, exitSignal: null },
    { kind: 'file-end', track: 'screen', how: 'complete', frames: 6 },
  ]);
});

test('the vector of a files track holds names as bytes and hashes as they were taken (R17)', async () => {
  const { key, file } = load('track-files.txt');
  const operations: FileOperation[] = [];
  for await (const event of readTrack(file, () => key)) if (event.kind === 'file') operations.push(event.operation);
  expect(operations).toEqual([
    {
      what: 'asked',
      n: 1,
      op: 'open',
      path: '/srv/app/清单.txt',
      flags: ['write', 'create', 'truncate'],
      attrs: { mode: 0o644 },
    },
    { what: 'answered', n: 1, code: 0 },
    { what: 'moved', of: 1, direction: 'written', ranges: [[0, 5]] },
    {
      what: 'closed',
      of: 1,
      complete: true,
      read: 0,
      written: 5,
      entries: 0,
      size: 5,
      hashed: 'in-flight',
      sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
      from: 0,
      bytes: 5,
      why: null,
    },
    { what: 'refused', n: 2, op: 'remove', path: { base64: 'L8fltaU=' }, code: 3, why: 'right.delete' },
  ]);
});
