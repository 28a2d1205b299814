// Copies everything at and below the declared paths: first all of it is looked at, then the files are read, several at a
// time. What was found is told only when the bytes of its copy are durable.

import { pathBytes } from '../../../recordings/format/file-operation.ts';
import type { Clock } from '../../../store/core/clock.ts';
import type { ToController } from '../../link/approved-channel.ts';
import { type CopyPlan, type Found, MOST_FOUND } from '../../link/originals.ts';
import type { Ask } from '../sftp/path-guard.ts';
import type { CopyBudget } from './copy-budget.ts';
import { CopyProblem } from './copy-problem.ts';
import { CopySender } from './copy-sender.ts';
import { unread } from './look.ts';
import { readFile } from './read-file.ts';
import { type AskInTime, inTime } from './target-files.ts';
import { type Item, seen, walk } from './walk.ts';

export interface CopyParts {
  readonly controller: ToController;
  readonly session: string;
  readonly ask: Ask;
  readonly clock: Clock;
  readonly budget: CopyBudget;
  /** Goes on past what cannot be read. */
  readonly tolerant: boolean;
  /** Files copied so far. */
  readonly progress: (files: number, bytes: number) => void;
}

/** Files that are read at once: the target answers one while another one's bytes become durable. */
const AT_ONCE = 6;

/** Rejects with CopyProblem; then nothing of it was told but its bytes. */
export async function copyDeclared(plan: Pick<CopyPlan, 'declared' | 'alone'>, parts: CopyParts): Promise<void> {
  const { clock, budget, controller, session } = parts;
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(budget.seconds * 1000, () => late.reject(new CopyProblem('too-slow', undefined)));
  try {
    const items = await Promise.race([copyAll(plan, parts), late.promise]);
    for (let from = 0; from < items.length; from += MOST_FOUND) {
      await controller.call('originals.found', { session, found: items.slice(from, from + MOST_FOUND) });
    }
  } finally {
    cancel();
  }
}

async function copyAll({ declared, alone }: Pick<CopyPlan, 'declared' | 'alone'>, parts: CopyParts): Promise<Found[]> {
  const ask = inTime(parts.ask, parts.clock);
  const items: Item[] = [];
  for (const path of declared) {
    for await (const item of walk(pathBytes(path), { ...parts, ask })) items.push(item);
  }
  for (const path of alone) items.push(await seen(pathBytes(path), { ...parts, ask }));
  return copyFiles(unique(items), ask, parts);
}

/** Declared paths may lie in one another. */
function unique(items: readonly Item[]): readonly Item[] {
  return [
    ...new Map(items.map((item) => [`${item.found.type === 'link'}${item.at.toString('latin1')}`, item])).values(),
  ];
}

async function copyFiles(items: readonly Item[], ask: AskInTime, parts: CopyParts): Promise<Found[]> {
  const sender = new CopySender(parts.controller, parts.session);
  const done = items.map(({ found }) => found);
  const files = items.flatMap((item, nth) => (item.found.type === 'file' ? [{ item, nth }] : []));
  let [next, copied] = [0, 0];
  let failed: unknown;
  const work = async (): Promise<void> => {
    for (let file = files[next]; file !== undefined && failed === undefined; file = files[next]) {
      next += 1;
      done[file.nth] = await copyOne(file.item, sender, ask, parts).catch((error: unknown) => {
        failed ??= error;
        throw error;
      });
      copied += 1;
      parts.progress(copied, parts.budget.bytes);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return done;
}

async function copyOne(
  { at, found }: Item,
  sender: CopySender,
  ask: AskInTime,
  { budget, tolerant }: CopyParts,
): Promise<Found> {
  try {
    return { ...found, copy: await sender.send(at, counted(at, readFile(ask, at, budget.fileBytes), budget)) };
  } catch (error) {
    if (!tolerant || !(error instanceof CopyProblem) || !error.isLocal) throw error;
    return unread(at, error);
  }
}

export async function* counted(
  path: Buffer,
  content: AsyncIterable<Buffer>,
  budget: CopyBudget,
): AsyncGenerator<Buffer> {
  for await (const bytes of content) {
    budget.countBytes(path, bytes.length);
    yield bytes;
  }
}
