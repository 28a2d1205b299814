import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { readRecording } from '../../recordings/read/read-recording.ts';
import { unwrapTrackKey } from '../../recordings/storage/recording-keys.ts';
import { verifyTrack } from '../../recordings/verify/verify-track.ts';
import { createSystemDisk, type Disk } from '../../recordings/write/disk.ts';
import { FINISHED, RECORDS_KEY, stage } from './support.ts';

async function outputs(directory: string): Promise<string[]> {
  const found: string[] = [];
  for await (const event of readRecording(directory, (header) => unwrapTrackKey(RECORDS_KEY, header))) {
    if (event.kind === 'output') found.push(event.bytes.toString('utf8'));
  }
  return found;
}

/** A disk whose writes wait until they are let go. */
function heldDisk(): { disk: Disk; hold(): void; release(): void } {
  const inner = createSystemDisk();
  const waiting: (() => void)[] = [];
  let holding = false;
  return {
    hold: () => {
      holding = true;
    },
    release: () => {
      holding = false;
      for (const go of waiting.splice(0)) go();
    },
    disk: {
      ...inner,
      write: (file, bytes, offset, done) => {
        const go = (): void => inner.write(file, bytes, offset, done);
        if (holding) waiting.push(go);
        else go();
      },
    },
  };
}

test('a disk that takes a few bytes at a time gets every byte in order (R17)', async () => {
  const { open, directory } = stage();
  const inner = createSystemDisk();
  let turn = 0;
  const disk: Disk = {
    ...inner,
    write(file, bytes, offset, done) {
      turn += 1;
      inner.write(file, bytes.subarray(0, Math.min(bytes.length, offset + 1 + (turn % 7))), offset, done);
    },
  };
  const recording = await open({ disk });
  for (const text of ['a', 'bc', 'def']) await recording.output(Buffer.from(text));
  await Promise.all(['g', 'h', 'i'].map((text) => recording.output(Buffer.from(text))));
  const { tracks } = await recording.seal(FINISHED);
  expect((await outputs(directory)).join('')).toBe('abcdefghi');
  expect(await verifyTrack(`${directory}/screen.track`)).toEqual({ ok: true, complete: true, ...tracks.screen });
});

test('while a write is on its way nobody else is told, and what waits goes out as one frame (R18)', async () => {
  const { open, directory } = stage();
  const { disk, hold, release } = heldDisk();
  const recording = await open({ disk });
  hold();
  const told: string[] = [];
  const say = (text: string) => recording.output(Buffer.from(text)).then(() => told.push(text));
  const all = Promise.all(['first', 'a', 'b', 'c'].map(say));
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual([]);
  release();
  await all;
  expect(told).toEqual(['first', 'a', 'b', 'c']);
  await recording.seal(FINISHED);
  expect(await outputs(directory)).toEqual(['first', 'abc']);
});

test('a disk that does not answer for ten seconds ends the session (R18, B11)', async () => {
  const { open, clock } = stage();
  const { disk, hold, release } = heldDisk();
  const recording = await open({ disk });
  hold();
  const waiting = recording.output(Buffer.from('x'));
  const refused = expect(waiting).rejects.toThrow('has not answered');
  const sealing = expect(recording.seal(FINISHED)).rejects.toThrow('has not answered');
  clock.advance(9_000);
  expect(recording.failure.aborted).toBe(false);
  clock.advance(2_000);
  expect(recording.failure.aborted).toBe(true);
  await Promise.all([refused, sealing]);
  release();
});

test('a disk under its reserve ends the session while there is room to seal it (R18)', async () => {
  const { open, clock, directory } = stage();
  const inner = createSystemDisk();
  let free = 1000;
  const disk: Disk = { ...inner, freeBytes: async () => free };
  const recording = await open({ disk, reserveBytes: 500 });
  await recording.output(Buffer.from('seen'));
  free = 499;
  const failed = new Promise<void>((resolve) => recording.failure.addEventListener('abort', () => resolve()));
  clock.advance(1000);
  await failed;
  await expect(recording.output(Buffer.from('x'))).rejects.toThrow('nearly full');
  const { tracks } = await recording.seal({ reason: 'recorder-failed', exitStatus: null, exitSignal: null });
  expect(await verifyTrack(`${directory}/screen.track`)).toEqual({ ok: true, complete: true, ...tracks.screen });
  await expect(stage().open({ disk, reserveBytes: 500 })).rejects.toThrow('nearly full');
});

test('a head is told only once a power cut cannot take it back (R19)', async () => {
  const { open, clock } = stage();
  const inner = createSystemDisk();
  const synced: (() => void)[] = [];
  let holding = false;
  const recording = await open({
    disk: {
      ...inner,
      sync: (file, done) => (holding ? synced.push(() => inner.sync(file, done)) : inner.sync(file, done)),
    },
  });
  holding = true;
  const before = recording.heads();
  await recording.output(Buffer.from('x'));
  clock.advance(1000);
  expect(synced).toHaveLength(1);
  await recording.output(Buffer.from('y'));
  expect(recording.heads()).toEqual(before);
  holding = false;
  for (const go of synced) go();
  await recording.seal(FINISHED);
  expect(recording.heads().screen).not.toBe(before.screen);
});

test('a recording that exists is never written over (R19)', async () => {
  const { open } = stage();
  await (await open()).seal(FINISHED);
  await expect(open()).rejects.toMatchObject({ code: 'recorder.failed', cause: { code: 'EEXIST' } });
});

test('after its end a recording takes nothing more', async () => {
  const recording = await stage().open();
  const sealing = recording.seal(FINISHED);
  await expect(recording.output(Buffer.from('x'))).rejects.toThrow('sealed');
  expect(await recording.seal(FINISHED)).toBe(await sealing);
});

test('a sync that fails under a write leaves the file open until the disk has answered both (R18)', async () => {
  const { open, clock } = stage();
  const { disk, hold, release } = heldDisk();
  const closed: number[] = [];
  const failing: Disk = {
    ...disk,
    sync: (file, done) => (holding ? setImmediate(() => done(new Error('EIO'))) : disk.sync(file, done)),
    close: (file, done) => {
      closed.push(file);
      disk.close(file, done);
    },
  };
  let holding = false;
  const recording = await open({ disk: failing });
  await recording.output(Buffer.from('first'));
  hold();
  holding = true;
  // One more of each kind: short ones go out at once, long ones are made shorter before.
  const refused = ['x', 'y'.repeat(4096)].map((text) =>
    expect(recording.output(Buffer.from(text))).rejects.toThrow('could not be written'),
  );
  clock.advance(1000);
  await Promise.all(refused);
  // The keys' track has nothing on its way: it may be closed, the screen's may not.
  await new Promise((resolve) => setImmediate(resolve));
  expect(closed).toHaveLength(1);
  release();
  await expect.poll(() => closed.length).toBe(2);
});

test('a quarter of a MiB is made durable without waiting for the clock, and a disk that does not sync is waited for (R18)', async () => {
  const { open } = stage();
  const inner = createSystemDisk();
  const held: (() => void)[] = [];
  let holding = true;
  const disk: Disk = {
    ...inner,
    sync(file, done) {
      if (holding) held.push(() => inner.sync(file, done));
      else inner.sync(file, done);
    },
  };
  holding = false;
  const recording = await open({ disk });
  const header = recording.heads().screen;
  holding = true;
  let written = 0;
  const writing = Array.from({ length: 40 }, async () => {
    await recording.output(randomBytes(64 * 1024));
    written += 1;
  });
  await expect.poll(() => held.length).toBe(1);
  await expect.poll(() => written).toBeGreaterThanOrEqual(16);
  // 1 MiB and what one write holds: the rest waits for the disk, not for memory.
  expect(written).toBeLessThanOrEqual(20);
  expect(recording.heads().screen).toBe(header);
  holding = false;
  for (const go of held.splice(0)) go();
  await Promise.all(writing);
  expect(recording.heads().screen).not.toBe(header);
  await recording.seal(FINISHED);
});
