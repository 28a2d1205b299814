// Reads files of a target into evidence when a ticket's work is said to be done. It is recorded like a session and has no
// client: nothing of anybody's goes to the target but the questions that are asked here.

import type { OpenRecording } from '../../../recordings/write/open-recording.ts';
import type { Clock } from '../../../store/core/clock.ts';
import type { Logger } from '../../../store/core/logger.ts';
import type { ToController } from '../../link/approved-channel.ts';
import { type ApprovedReading, takeReading } from '../../link/approved-reading.ts';
import type { CopyFailure } from '../../link/originals.ts';
import type { Record } from '../session/record.ts';
import { type Connect, DialFailure } from '../target/connect.ts';
import { openFiles } from '../target/open-files.ts';
import { CopyBudget } from './copy-budget.ts';
import { copyDeclared } from './copy-declared.ts';
import { CopyProblem } from './copy-problem.ts';
import { talkToTarget } from './target-files.ts';

export interface ReadingParts {
  readonly controller: ToController;
  readonly record: Record;
  readonly connect: Connect;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Resolves when its end is with the controller, however it went; rejects where there is no such reading. */
export async function readIntoEvidence(reading: string, parts: ReadingParts): Promise<void> {
  const { controller, logger } = parts;
  const approved = await takeReading(controller, reading);
  const { session } = approved;
  let recording: OpenRecording | undefined;
  let failure: CopyFailure | null = null;
  try {
    recording = await parts.record(approved, null);
    await controller.call('reading.opened', { session, heads: recording.heads() });
    await read(approved, recording, parts);
  } catch (error) {
    failure = failureOf(error);
    logger.warn('reading.failed', { session, message: String(error) });
  }
  const end = { reason: failure === null ? 'finished' : 'fault', exitStatus: null, exitSignal: null } as const;
  const sealed = await recording?.seal(end).catch((error: unknown) => {
    logger.error('recording.not-sealed', error, { session });
    return undefined;
  });
  await controller.call('reading.ended', { session, failure, tracks: sealed?.tracks ?? null });
}

async function read(approved: ApprovedReading, recording: OpenRecording, parts: ReadingParts): Promise<void> {
  const { controller, clock, connect } = parts;
  const { session, grant } = approved;
  const { limits, declared, alone } = grant.originals;
  await recording.marker('originals-read', { declared: [...declared], alone: [...alone] });
  const ending = new AbortController();
  const end = () => ending.abort();
  controller.ended.addEventListener('abort', end, { once: true });
  recording.failure.addEventListener('abort', end, { once: true });
  try {
    const { client, socket } = await connect(approved, recording, ending.signal);
    try {
      ending.signal.addEventListener('abort', () => socket.destroy(), { once: true });
      if (ending.signal.aborted) return;
      const target = await talkToTarget(await openFiles(client, socket), ending.signal, clock);
      const budget = new CopyBudget(limits);
      const progress = () => {};
      const how = { controller, session, ask: target.ask, clock, budget, tolerant: true, progress };
      await Promise.race([copyDeclared({ declared, alone }, how), target.broken]);
    } finally {
      socket.destroy();
    }
  } finally {
    controller.ended.removeEventListener('abort', end);
  }
}

function failureOf(error: unknown): CopyFailure {
  if (error instanceof CopyProblem) return error.failure;
  return { path: null, why: error instanceof DialFailure ? error.reason : 'fault' };
}
