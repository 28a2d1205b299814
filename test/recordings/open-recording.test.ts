import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FrameOpener } from '../../recordings/format/frame-opener.ts';
import { TrackScanner } from '../../recordings/format/track-scanner.ts';
import { unwrapTrackKey } from '../../recordings/storage/recording-keys.ts';
import { FINISHED, RECORDS_KEY, stage } from './support.ts';

test('what was recorded comes back byte for byte, each track sealed at its end (R17)', async () => {
  const { open, directory, clock } = stage();
  const recording = await open();
  await recording.output(Buffer.from('hello \xe4', 'latin1'));
  clock.advance(5);
  await Promise.all([recording.input(Buffer.from('l')), recording.input(Buffer.from('s\r'))]);
  await recording.output(Buffer.alloc(200_000, 'x'));
  await recording.resize(100, 40);
  const sealed = await recording.seal(FINISHED);
  expect(sealed.recordedBytes).toBe(200_010);
  for (const track of ['screen', 'keys'] as const) {
    const bytes = readFileSync(join(directory, `${track}.track`));
    const scanner = new TrackScanner();
    scanner.push(bytes);
    const payloads: Buffer[] = [];
    for (let frame = scanner.next(); frame !== undefined; frame = scanner.next()) {
      const { header } = scanner.position();
      if (header === undefined) throw new Error('expected a header');
      const opener = new FrameOpener(unwrapTrackKey(RECORDS_KEY, header.header), header.hash);
      const payload = opener.open(frame);
      if (frame.head.kind === 'output' || frame.head.kind === 'input') payloads.push(payload ?? Buffer.from('?'));
    }
    expect(scanner.problemAtEnd()).toBeUndefined();
    const { head, frames, complete } = scanner.position();
    expect({ head: head?.toString('hex'), frames, bytes: bytes.length }).toEqual(sealed.tracks[track]);
    expect(complete).toBe(true);
    const text = Buffer.concat(payloads).toString('latin1');
    expect(text).toBe(track === 'keys' ? 'ls\r' : `hello \xe4${'x'.repeat(200_000)}`);
  }
});
