import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFilesStore, type FilesStore } from '../../recordings/files-store/files-store.ts';
import { type StoreDisk, systemStoreDisk } from '../../recordings/files-store/store-disk.ts';
import { newId } from '../../store/core/ids.ts';
import { Refusal } from '../../store/core/refusal.ts';
import { Secret } from '../../store/core/secret.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { RECORDS_KEY } from './support.ts';

const PIECE = 64 * 1024;
const [ONE, OTHER] = [newId('ses'), newId('ses')];

function scene(disk: StoreDisk = systemStoreDisk, root = temporaryFolder()) {
  const store = createFilesStore({ root, recordsKey: RECORDS_KEY, disk });
  const objects = () =>
    (systemStoreDisk.list(join(root, 'objects')) as Promise<string[] | undefined>).then((all) => all ?? []);
  return { root, store, objects };
}

async function* of(...parts: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* parts;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function taken(store: FilesStore, hash: string): Promise<Buffer | string> {
  const parts: Buffer[] = [];
  try {
    for await (const piece of store.get(hash)) parts.push(piece);
    return Buffer.concat(parts);
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

test('what is put comes back, however it was cut into parts, and is stored once (R25)', async () => {
  const { store, objects } = scene();
  const hashes = new Set<string>();
  const sizes = fc.oneof(fc.nat(300), fc.constantFrom(PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7));
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(255), fc.array(fc.nat(2 * PIECE), { maxLength: 5 }), async (size, fill, cuts) => {
      const bytes = Buffer.alloc(size, fill);
      const places = [0, ...cuts.map((cut) => Math.min(cut, size)).sort((a, b) => a - b), size];
      const parts = places.slice(1).map((end, nth) => bytes.subarray(places[nth], end));
      expect(await store.put(ONE, of(...parts))).toEqual({ sha256: sha256(bytes), bytes: size });
      hashes.add(sha256(bytes));
      expect(bytes.equals(Buffer.from(await taken(store, sha256(bytes))))).toBe(true);
    }),
    { numRuns: 60 },
  );
  expect((await objects()).length).toBe(hashes.size);
});

test('the same bytes at once are one file, and neither its name nor its content shows what it is (R25)', async () => {
  const { store, objects, root } = scene();
  const bytes = Buffer.from('口令 hunter2 '.repeat(1000));
  await Promise.all(Array.from({ length: 8 }, (_, nth) => store.put(nth % 2 === 0 ? ONE : OTHER, of(bytes))));
  const [name = '', ...more] = await objects();
  expect(more).toEqual([]);
  expect(name).not.toContain(sha256(bytes));
  expect(readFileSync(join(root, 'objects', name)).includes('hunter2')).toBe(false);
  expect(readdirSync(join(root, 'unfinished'))).toEqual([]);
  expect(await taken(store, sha256(bytes))).toEqual(bytes);
  const another = createFilesStore({ root, recordsKey: Secret.ofBytes(Buffer.alloc(32, 9)), disk: systemStoreDisk });
  expect(await taken(another, sha256(bytes))).toBe('stored-file.absent');
});

test('any change is found before it is given out (R19)', async () => {
  const { store, objects, root } = scene();
  const bytes = Buffer.alloc(PIECE + 100, 5);
  await store.put(ONE, of(bytes));
  const [name = ''] = await objects();
  const path = join(root, 'objects', name);
  const whole = readFileSync(path);
  for (const at of [0, 20, 40, 80, 100, PIECE, PIECE + 92, PIECE + 130, whole.length - 1]) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 1;
    writeFileSync(path, changed);
    expect([at, await taken(store, sha256(bytes))]).toEqual([at, 'stored-file.altered']);
  }
  for (const length of [0, 10, 76, 77, whole.length - 117, whole.length - 116, whole.length - 1]) {
    writeFileSync(path, whole.subarray(0, length));
    expect([length, await taken(store, sha256(bytes))]).toEqual([length, 'stored-file.altered']);
  }
  writeFileSync(path, Buffer.concat([whole, Buffer.of(0)]));
  expect(await taken(store, sha256(bytes))).toBe('stored-file.altered');
  // Put again, it is whole again.
  await store.put(OTHER, of(bytes));
  expect(await taken(store, sha256(bytes))).toEqual(bytes);
});

test('one stored file does not stand in for another (R19)', async () => {
  const { store, objects, root } = scene();
  const [first, second] = [Buffer.from('first'), Buffer.from('second')];
  await store.put(ONE, of(first));
  const [name = ''] = await objects();
  await store.put(ONE, of(second));
  const other = (await objects()).find((each) => each !== name) ?? '';
  renameSync(join(root, 'objects', other), join(root, 'objects', name));
  expect(await taken(store, sha256(first))).toBe('stored-file.altered');
  expect(await taken(store, sha256(second))).toBe('stored-file.absent');
  expect(await taken(store, '../../keys')).toBe('stored-file.absent');
});

test('a file goes with the last session that refers to it (R21)', async () => {
  const { store, objects } = scene();
  const [shared, own] = [Buffer.from('shared'), Buffer.from('own')];
  await store.put(ONE, of(shared));
  await store.put(ONE, of(own));
  await store.put(OTHER, of(shared));
  await store.forget(ONE);
  await store.forget(ONE);
  expect(await taken(store, sha256(own))).toBe('stored-file.absent');
  expect(await taken(store, sha256(shared))).toEqual(shared);
  await store.forget(OTHER);
  expect(await objects()).toEqual([]);
});

test('a source that fails leaves nothing', async () => {
  const { store, root, objects } = scene();
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.alloc(PIECE * 2);
    throw new Error('gone');
  }
  await expect(store.put(ONE, broken())).rejects.toThrow('gone');
  expect([await objects(), readdirSync(join(root, 'unfinished'))]).toEqual([[], []]);
});

const FAULTS = ['failed', 'failed but persisted', 'killed'] as const;

function faulty(
  nth: number,
  fault: (typeof FAULTS)[number],
): { readonly disk: StoreDisk; readonly steps: () => number } {
  let count = 0;
  const breaking =
    <A extends readonly unknown[], T>(act: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      count += 1;
      if (count < nth || (count > nth && fault !== 'killed')) return act(...args);
      if (count === nth && fault === 'failed but persisted') await act(...args);
      throw new Error(`EIO at step ${count}`);
    };
  const disk: StoreDisk = {
    list: breaking(systemStoreDisk.list),
    blank: breaking(systemStoreDisk.blank),
    remove: breaking(systemStoreDisk.remove),
    removeDirectory: breaking(systemStoreDisk.removeDirectory),
    syncDirectory: breaking(systemStoreDisk.syncDirectory),
    makeDirectory: breaking(systemStoreDisk.makeDirectory),
    create: breaking(systemStoreDisk.create),
    write: breaking(systemStoreDisk.write),
    sync: breaking(systemStoreDisk.sync),
    rename: breaking(systemStoreDisk.rename),
    touch: breaking(systemStoreDisk.touch),
  };
  return { disk, steps: () => count };
}

test('each step of putting, in every way it fails: whole or absent, never half (R18, R19)', async () => {
  const bytes = Buffer.alloc(PIECE + 9, 3);
  const counting = faulty(Number.POSITIVE_INFINITY, 'failed');
  await scene(counting.disk).store.put(ONE, of(bytes));
  const steps = counting.steps();
  expect(steps).toBeGreaterThan(10);
  for (const fault of FAULTS) {
    for (let nth = 1; nth <= steps; nth += 1) {
      const { store, root } = scene(faulty(nth, fault).disk);
      await expect(store.put(ONE, of(bytes)), `step ${nth}`).rejects.toThrow('EIO');
      const next = scene(systemStoreDisk, root);
      await next.store.sweep();
      const found = await taken(next.store, sha256(bytes));
      expect(found === 'stored-file.absent' || bytes.equals(Buffer.from(found)), `step ${nth} ${fault}`).toBe(true);
      expect(((await systemStoreDisk.list(join(root, 'unfinished'))) ?? []).length).toBe(0);
      // Nothing is there that no session refers to: it would never go.
      await next.store.forget(ONE);
      expect([nth, fault, await next.objects()]).toEqual([nth, fault, []]);
    }
  }
});

test('each step of forgetting, in every way it fails: begun again, it comes to the same end (R21)', async () => {
  const [shared, own] = [Buffer.from('shared'), Buffer.from('own')];
  const filled = async () => {
    const at = scene();
    await at.store.put(ONE, of(own));
    await at.store.put(ONE, of(shared));
    await at.store.put(OTHER, of(shared));
    return at.root;
  };
  const counting = faulty(Number.POSITIVE_INFINITY, 'failed');
  await scene(counting.disk, await filled()).store.forget(ONE);
  const steps = counting.steps();
  for (const fault of FAULTS) {
    for (let nth = 1; nth <= steps; nth += 1) {
      const root = await filled();
      await expect(scene(faulty(nth, fault).disk, root).store.forget(ONE), `step ${nth}`).rejects.toThrow('EIO');
      const next = scene(systemStoreDisk, root);
      await next.store.forget(ONE);
      expect(await next.objects()).toHaveLength(1);
      expect(await taken(next.store, sha256(shared))).toEqual(shared);
      expect(statSync(join(root, 'references')).isDirectory()).toBe(true);
    }
  }
});
