// One look at the evidence log: is what the server signs today a continuation of what this browser saw before? What was
// kept is read before the server is asked, so that an answer that is older than it can only be a log that was put back.

import { checkpointHead, consistencyProof } from '../api/evidence.ts';
import { ApiError } from '../api/problem.ts';
import { isSigned, readCheckpoint } from './checkpoint.ts';
import { type Alarm, type Kept, readKept, writeAlarm, writeKept } from './kept.ts';
import { continues, type Hash, readHash } from './tree.ts';

export interface LookOptions {
  /** A demonstration is often set up anew: another key is then another log, and no alarm. */
  readonly demo: boolean;
  readonly now: () => number;
}

/** Answers the alarm that this look raised; undefined where all is well, or nothing could be asked. */
export async function look({ demo, now }: LookOptions): Promise<Alarm | undefined> {
  // Without a secure context the browser has nothing to check with.
  if (globalThis.crypto?.subtle === undefined) return undefined;
  const kept = readKept();
  const { checkpoint, verifierKey } = await checkpointHead();
  if (checkpoint === null && kept === undefined) return undefined;
  const shown: Kept = { verifierKey, note: checkpoint ?? '', seenAt: now() };
  const known = demo && kept?.verifierKey !== verifierKey ? undefined : kept;
  const kind = await contradiction(known, shown);
  if (kind === undefined) {
    keep(shown, demo);
    return undefined;
  }
  const alarm = { kind, kept: kept ?? shown, shown };
  writeAlarm(alarm);
  return alarm;
}

async function contradiction(kept: Kept | undefined, shown: Kept): Promise<Alarm['kind'] | undefined> {
  if (kept !== undefined && kept.verifierKey !== shown.verifierKey) return 'otherKey';
  const now = readCheckpoint(shown.note);
  const before = kept === undefined ? undefined : readCheckpoint(kept.note);
  if (before !== undefined && (now?.size ?? 0) < before.size) return 'rolledBack';
  if (now === undefined || (await isSigned(shown.note, shown.verifierKey)) === false) return 'notSigned';
  if (before === undefined) return undefined;
  const proof = await proofOf(before.size, now.size);
  if (proof === undefined) return 'rewritten';
  const claim = { oldSize: before.size, oldRoot: before.root, size: now.size, root: now.root, proof };
  return (await continues(claim)) ? undefined : 'rewritten';
}

/** Undefined where the server has none: a no is as good as a wrong proof, silence is not. */
async function proofOf(from: number, to: number): Promise<readonly Hash[] | undefined> {
  if (from === to) return [];
  try {
    const hashes = (await consistencyProof(from, to)).hashes.map(readHash);
    const whole = hashes.filter((hash) => hash !== undefined);
    return whole.length === hashes.length ? whole : undefined;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 400 || error.status === 404)) return undefined;
    throw error;
  }
}

/** Another tab may have seen more meanwhile. */
function keep(shown: Kept, demo: boolean): void {
  const other = readKept();
  const stands = demo && other?.verifierKey !== shown.verifierKey ? undefined : readCheckpoint(other?.note ?? '');
  if ((readCheckpoint(shown.note)?.size ?? 0) > (stands?.size ?? 0)) writeKept(shown);
}
