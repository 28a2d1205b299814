import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathBytes, recordedPath } from '../../recordings/format/file-operation.ts';
import type { FrameKind } from '../../recordings/format/frame.ts';
import { FrameOpener } from '../../recordings/format/frame-opener.ts';
import { FrameSealer } from '../../recordings/format/frame-sealer.ts';
import { encodeHeader, parseHeader } from '../../recordings/format/header.ts';
import { encodePayload, parsePayload } from '../../recordings/format/payload.ts';
import { recordingKeysMessage, recordingKeysOf } from '../../recordings/format/recording-keys.ts';
import { isProblem } from '../../recordings/format/track-problem.ts';
import { TrackScanner } from '../../recordings/format/track-scanner.ts';
import { createRecordingKeys, unwrapTrackKey } from '../../recordings/storage/recording-keys.ts';
import { canonicalJson } from '../../store/core/canonical-json.ts';
import { newId } from '../../store/core/ids.ts';
import { Secret } from '../../store/core/secret.ts';

const session = newId('ses');
const key = Secret.ofBytes(randomBytes(32));
const header = encodeHeader({ session, track: 'keys', created: 1, terminal: null, meta: { a: 1 }, recipients: [] });
const headerHash = header.subarray(header.length - 32);

interface Written {
  readonly kind: FrameKind;
  readonly at: number;
  readonly payload: Buffer;
}

const kinds = fc.constantFrom<FrameKind>('output', 'error-output', 'input', 'resize', 'notice', 'marker');
const payloads = fc.oneof(
  fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
  fc.integer({ min: 0, max: 65_536 }).map((length) => Buffer.alloc(length, 'ab')),
);
const frames = fc.array(fc.record({ kind: kinds, step: fc.nat({ max: 2 ** 40 }), payload: payloads }), {
  maxLength: 8,
});

function trackOf(list: readonly Written[]): Buffer {
  const sealer = new FrameSealer(key, headerHash);
  return Buffer.concat([header, ...list.map(({ kind, at, payload }) => sealer.seal(kind, at, payload))]);
}

function timed(list: readonly { kind: FrameKind; step: number; payload: Buffer }[]): Written[] {
  let at = 0;
  return list.map(({ kind, step, payload }) => {
    at += step;
    return { kind, at, payload };
  });
}

function scan(track: Buffer, cuts: readonly number[]): { found: Written[]; scanner: TrackScanner } {
  const scanner = new TrackScanner();
  const opener = new FrameOpener(key, headerHash);
  const found: Written[] = [];
  const borders = [0, ...cuts.map((cut) => cut % (track.length + 1)).sort((a, b) => a - b), track.length];
  borders.slice(1).forEach((end, nth) => {
    scanner.push(track.subarray(borders[nth], end));
    for (let frame = scanner.next(); frame !== undefined; frame = scanner.next()) {
      const payload = opener.open(frame) ?? Buffer.from('not opened');
      found.push({ kind: frame.head.kind, at: frame.head.microseconds, payload: Buffer.from(payload) });
    }
  });
  return { found, scanner };
}

test('whatever is sealed is found again, in pieces of any size (R17)', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.nat(), { maxLength: 12 }), (list, cuts) => {
      const written = timed(list);
      const { found, scanner } = scan(trackOf(written), cuts);
      expect(scanner.problemAtEnd()).toBeUndefined();
      expect(found).toEqual(written);
    }),
    { numRuns: 200 },
  );
});

test('one changed bit anywhere is a problem at its own frame or header, without a key (R19)', () => {
  fc.assert(
    fc.property(frames, fc.nat(), fc.integer({ min: 0, max: 7 }), (list, where, bit) => {
      const track = trackOf(timed(list));
      const at = where % track.length;
      track[at] = (track[at] ?? 0) ^ (1 << bit);
      const problem = scan(track, []).scanner.problemAtEnd();
      expect(problem).toBeDefined();
      expect(problem?.offset).toBeLessThanOrEqual(at);
    }),
    { numRuns: 300 },
  );
});

test('bytes that are no track are refused and never throw (R43)', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, afterHeader) => {
      const scanner = new TrackScanner();
      scanner.push(afterHeader ? Buffer.concat([header, Buffer.from(bytes)]) : Buffer.from(bytes));
      expect(scanner.next()).toBeUndefined();
      expect(scanner.problemAtEnd() === undefined).toBe(afterHeader && bytes.length === 0);
    }),
    { numRuns: 500 },
  );
});

test('a header survives being written, with whatever text is in it', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((value) => value.isWellFormed());
  fc.assert(
    fc.property(fc.dictionary(text, text), text, (meta, to) => {
      const parts = { session, track: 'screen', created: 7, terminal: { columns: 1, rows: 2 }, meta } as const;
      const parsed = parseHeader(encodeHeader({ ...parts, recipients: [{ to, capsule: 'AA==' }] }));
      if (isProblem(parsed)) throw new Error(parsed.sentence.en);
      // Compared as text: a key named __proto__ must stay a key.
      expect(canonicalJson({ ...parsed.header.meta })).toBe(canonicalJson({ ...meta }));
      expect(parsed.header.recipients).toEqual([{ to, capsule: 'AA==' }]);
    }),
  );
});

test('markers hold any text without throwing', () => {
  for (const name of ['\ud800', '\u0000', '\u001b[2J', '终端']) {
    const event = { kind: 'marker', name, details: { [name]: [name, 0.5] } } as const;
    expect(parsePayload('marker', encodePayload(event))).toMatchObject({ name: name.toWellFormed() });
  }
});

test('names of files come back byte for byte, whatever they are (B9)', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.string({ unit: 'binary' }), (noise, text) => {
      for (const bytes of [Buffer.from(noise), Buffer.from(text)]) {
        const operation = { what: 'asked', n: 1, op: 'remove', path: recordedPath(bytes) } as const;
        const parsed = parsePayload('file', encodePayload({ kind: 'file', operation }));
        expect(parsed).toEqual({ kind: 'file', operation });
        expect(pathBytes(recordedPath(bytes))).toEqual(bytes);
      }
    }),
  );
  const worst = recordedPath(Buffer.alloc(4096, 1));
  const four = { path: worst, to: worst, resolved: worst, toResolved: worst };
  const operation = { what: 'asked', n: 1, op: 'rename', ...four } as const;
  expect(encodePayload({ kind: 'file', operation }).length).toBeLessThan(65_536);
});

test.each([
  null,
  [],
  {},
  { what: 'asked' },
  { what: 'asked', n: '1', op: 'open' },
  { what: 'moved', of: 1, direction: 'read', ranges: [[1]] },
  { what: 'refused', n: 1, op: 'open', code: 3, why: 4 },
  { what: 'asked', n: 1, op: 'open', path: { base65: '' } },
])('%j is no file operation (R43)', (json) => {
  expect(() => parsePayload('file', Buffer.from(JSON.stringify(json)))).toThrow(TypeError);
});

test('a data key opens only the track and session its capsule was made for (R25)', async () => {
  const recordsKey = Secret.ofBytes(randomBytes(32));
  const keys = recordingKeysOf(recordingKeysMessage(await createRecordingKeys(recordsKey, session, null)));
  const base = { session, created: 1, terminal: null, meta: {} };
  const own = { ...base, track: 'screen', recipients: keys.screen.recipients } as const;
  expect(unwrapTrackKey(recordsKey, own).reveal()).toEqual(keys.screen.dataKey.reveal());
  expect(keys.screen.dataKey.reveal()).not.toEqual(keys.keys.dataKey.reveal());
  const refused = { code: 'recording.key' };
  expect(() => unwrapTrackKey(recordsKey, { ...own, track: 'keys' })).toThrow(expect.objectContaining(refused));
  expect(() => unwrapTrackKey(recordsKey, { ...own, session: newId('ses') })).toThrow(expect.objectContaining(refused));
  expect(() => unwrapTrackKey(key, own)).toThrow(expect.objectContaining(refused));
  expect(() => unwrapTrackKey(recordsKey, { ...own, recipients: [] })).toThrow(expect.objectContaining(refused));
});

test('what was typed comes back byte for byte, hidden or not', () => {
  const line = fc.record({
    from: fc.nat(),
    after: fc.nat(),
    keys: fc.nat(),
    text: fc.option(fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes))),
  });
  fc.assert(
    fc.property(line, (typed) => {
      const event = { kind: 'typed', ...typed } as const;
      expect(parsePayload('typed', encodePayload(event))).toEqual(event);
    }),
  );
});
