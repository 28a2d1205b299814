// A real disk with one fault: the nth thing asked of it fails, fails although it was done, or is the last one.

import type { Disk } from '../../recordings/write/disk.ts';

export type DiskFault = 'failed' | 'failed but persisted' | 'killed before' | 'killed half way' | 'killed after';
export const DISK_FAULTS: readonly DiskFault[] = [
  'failed',
  'failed but persisted',
  'killed before',
  'killed half way',
  'killed after',
];

export interface FaultyDisk extends Disk {
  /** How many things were asked of it. */
  steps(): number;
  /** Resolves when the kill has happened and what was on its way has arrived. */
  readonly killed: Promise<void>;
}

type Ask = (done: (error: Error | null) => void) => void;

export function faultyDisk(inner: Disk, nth: number, fault: DiskFault, cause: Error = errorOf('EIO')): FaultyDisk {
  let steps = 0;
  let dead = false;
  let onItsWay = 0;
  const killed = Promise.withResolvers<void>();
  const settle = (): void => {
    if (dead && onItsWay === 0) killed.resolve();
  };
  const run = (ask: Ask, done: (error: Error | null) => void): void => {
    onItsWay += 1;
    ask((error) => {
      onItsWay -= 1;
      done(error);
      settle();
    });
  };
  // After a kill nothing is asked and nobody is answered any more.
  const step = (whole: Ask, half: Ask, done: (error: Error | null) => void): void => {
    if (dead) return;
    steps += 1;
    const tell = (error: Error | null): void => {
      if (!dead) done(error);
    };
    if (steps === nth) dead = fault.startsWith('killed');
    const answer = (): void => tell(cause);
    if (steps !== nth) run(whole, tell);
    else if (fault === 'failed but persisted' || fault === 'killed after') run(whole, answer);
    else if (fault === 'killed half way') run(half, answer);
    else run((arrived) => setImmediate(arrived, null), answer);
  };
  const nothing: Ask = (done) => setImmediate(done, null);
  const promised = <T>(act: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      let result: T;
      const whole: Ask = (done) => {
        act().then(
          (value) => {
            result = value;
            done(null);
          },
          (error: Error) => done(error),
        );
      };
      step(whole, nothing, (error) => (error === null ? resolve(result) : reject(error)));
    });
  return {
    steps: () => steps,
    killed: killed.promise,
    makeDirectory: (path) => promised(() => inner.makeDirectory(path)),
    createFile: (path) => promised(() => inner.createFile(path)),
    write(file, bytes, offset, done) {
      let written = 0;
      const put =
        (end: number): Ask =>
        (arrived) =>
          inner.write(file, bytes.subarray(0, end), offset, (error, count) => {
            written = count;
            arrived(error);
          });
      const middle = offset + Math.floor((bytes.length - offset) / 2);
      step(put(bytes.length), put(middle), (error) => done(error, written));
    },
    sync: (file, done) => step((arrived) => inner.sync(file, arrived), nothing, done),
    close: (file, done) => inner.close(file, done),
    syncDirectory: (path) => promised(() => inner.syncDirectory(path)),
    freeBytes: (path) => promised(() => inner.freeBytes(path)),
  };
}

export function errorOf(code: string): Error {
  return Object.assign(new Error(`${code}: write`), { code });
}
