// What has to be in evidence before anything of a session passes: the originals of what its ticket says it changes. The
// person is told how far it is. Where it cannot be done the session does not open, unless the approval said otherwise;
// then what could not be copied is in the evidence, and why.

import type { Clock } from '../../../store/core/clock.ts';
import type { Sentence } from '../../../store/core/refusal.ts';
import { Refusal } from '../../../store/core/refusal.ts';
import type { ApprovedChannel, ToController } from '../../link/approved-channel.ts';
import type { CopyFailure } from '../../link/originals.ts';
import type { Before } from '../target/dial.ts';
import { CopyBudget } from './copy-budget.ts';
import { copyDeclared } from './copy-declared.ts';
import { CopyProblem } from './copy-problem.ts';
import { type TargetStream, talkToTarget } from './target-files.ts';

export interface BeforeParts {
  readonly approved: ApprovedChannel;
  readonly controller: ToController;
  readonly clock: Clock;
  /** Fires when the session ends. */
  readonly signal: AbortSignal;
  readonly tell: (text: Sentence) => void;
}

const TELL_EVERY_MS = 5000;
const MIB = 1024 * 1024;

/** Undefined where there is nothing to be copied. What it answers rejects with CopyProblem. */
export function beforeOpening(parts: BeforeParts): Before | undefined {
  const { declared, withoutBackup } = parts.approved.grant.originals;
  if (declared.length === 0) return undefined;
  return async (files) => {
    parts.tell(BEGINNING(declared.length));
    try {
      const { copied, bytes } = await copy(files, parts);
      await ended(parts, null);
      parts.tell(DONE(copied, bytes));
    } catch (error) {
      if (!(error instanceof CopyProblem) || parts.signal.aborted) throw error;
      await ended(parts, error.failure);
      if (withoutBackup === null) throw error;
      parts.tell(WITHOUT(error.sentence, withoutBackup));
    }
  };
}

async function copy(
  files: () => Promise<TargetStream>,
  { approved, controller, clock, signal, tell }: BeforeParts,
): Promise<{ readonly copied: number; readonly bytes: number }> {
  const { withoutBackup, limits, ...plan } = approved.grant.originals;
  const target = await talkToTarget(await inTime(files(), clock), signal, clock);
  const budget = new CopyBudget(limits);
  let copied = 0;
  const stop = clock.every(TELL_EVERY_MS, () => tell(SO_FAR(copied, budget.bytes)));
  try {
    const { ask } = target;
    const progress = (count: number) => {
      copied = count;
    };
    const tolerant = withoutBackup !== null;
    const { session } = approved;
    const copying = copyDeclared(plan, { controller, session, ask, clock, budget, tolerant, progress });
    await Promise.race([copying, target.broken]);
    return { copied, bytes: budget.bytes };
  } finally {
    stop();
    target.close();
  }
}

/** How long a target may take to start its sftp. */
const START_MS = 30_000;

function inTime<T>(opening: Promise<T>, clock: Clock): Promise<T> {
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(START_MS, () => late.reject(new CopyProblem('no-answer', undefined)));
  return Promise.race([opening, late.promise]).finally(cancel);
}

/** No evidence, no channel. */
async function ended({ approved, controller }: BeforeParts, failure: CopyFailure | null): Promise<void> {
  await controller.call('originals.ended', { session: approved.session, failure }).catch((error: unknown) => {
    throw error instanceof Refusal ? new CopyProblem('not-stored', undefined, error) : error;
  });
}

const BEGINNING = (paths: number): Sentence => ({
  zh: `工单申报了 ${paths} 处改动，正在先把原件备份为证据，完成后打开通道。`,
  en: `the ticket declares changes at ${paths} path(s): their originals are copied into evidence before the channel opens.`,
});

const SO_FAR = (files: number, bytes: number): Sentence => ({
  zh: `正在备份原件：已备份 ${files} 个文件，${mebibytes(bytes)} MiB。`,
  en: `copying originals: ${files} file(s) so far, ${mebibytes(bytes)} MiB.`,
});

const DONE = (files: number, bytes: number): Sentence => ({
  zh: `原件已备份：${files} 个文件，${mebibytes(bytes)} MiB。`,
  en: `the originals are in evidence: ${files} file(s), ${mebibytes(bytes)} MiB.`,
});

const WITHOUT = (why: Sentence, reason: string): Sentence => ({
  zh: `原件未能备份（${why.zh}）。审批允许不备份：${reason}`,
  en: `the originals could not be copied (${why.en}). The approval allows that: ${reason}`,
});

function mebibytes(bytes: number): string {
  return (bytes / MIB).toFixed(1);
}
