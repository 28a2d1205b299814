// A witness: it cosigns a log's checkpoint only when that continues the last one it cosigned, so that two histories of
// one log cannot both carry its name. What it cosigns is on its disk before the cosignature leaves; one request at a time.

import type { Clock } from '../../store/core/clock.ts';
import { parseTreeHead, type TreeHead } from '../checkpoint.ts';
import { EMPTY_EDGE, rootOf } from '../merkle.ts';
import { verifyConsistency } from '../proof.ts';
import { openNote, parseNote, type VerifierKey } from '../signed-note.ts';
import { parseAddCheckpoint } from './add-checkpoint.ts';
import type { Cosigner } from './cosignature.ts';

/** The last checkpoint that was cosigned for each origin, as a whole note. */
export interface WitnessStore {
  latest(origin: string): Promise<string | undefined>;
  /** Durable when it resolves. */
  keep(origin: string, note: string): Promise<void>;
}

/** As C2SP tlog-witness has them: the status is HTTP's. */
export type WitnessAnswer =
  | { readonly status: 200; readonly cosignature: string }
  /** Another size is the last one it cosigned. */
  | { readonly status: 409; readonly size: number }
  | { readonly status: 400 | 403 | 404 | 409 | 422; readonly why: string };

export interface Witness {
  add(request: string): Promise<WitnessAnswer>;
}

export interface WitnessInput {
  readonly logs: readonly VerifierKey[];
  readonly cosigner: Cosigner;
  readonly store: WitnessStore;
  readonly clock: Pick<Clock, 'now'>;
}

export function createWitness(input: WitnessInput): Witness {
  let last: Promise<unknown> = Promise.resolve();
  return {
    // Checking and keeping are one step: a second request sees what the first has left.
    add(request) {
      const answer = last.then(() => answerTo(input, request));
      last = answer.catch(() => {});
      return answer;
    },
  };
}

async function answerTo({ logs, cosigner, store, clock }: WitnessInput, text: string): Promise<WitnessAnswer> {
  const request = parseAddCheckpoint(text);
  const body = request === undefined ? undefined : parseNote(request.checkpoint)?.text;
  const head = body === undefined ? undefined : parseTreeHead(body);
  if (request === undefined || body === undefined || head === undefined) {
    return { status: 400, why: 'expected an old size, hashes, an empty line and a signed checkpoint' };
  }
  const keys = logs.filter(({ name }) => name === head.origin);
  if (keys.length === 0) return { status: 404, why: 'this witness does not know the log' };
  if (!keys.some((key) => openNote(request.checkpoint, key) !== undefined)) {
    return { status: 403, why: "the checkpoint is not signed by the log's key" };
  }
  if (request.oldSize > head.size) return { status: 400, why: 'the old size is beyond the checkpoint' };
  const known = await lastCosigned(store, head.origin);
  if (request.oldSize !== known.size) return { status: 409, size: known.size };
  if (known.size === head.size && known.size > 0 && !known.root.equals(head.root)) {
    return { status: 409, why: 'another root was cosigned for this size' };
  }
  const { size, root } = head;
  if (!verifyConsistency({ oldSize: known.size, oldRoot: known.root, size, root, proof: request.proof })) {
    return { status: 422, why: 'the log does not continue the one that was cosigned' };
  }
  await store.keep(head.origin, request.checkpoint);
  return { status: 200, cosignature: cosigner.cosign(body, Math.floor(clock.now() / 1000)) };
}

async function lastCosigned(store: WitnessStore, origin: string): Promise<TreeHead> {
  const note = await store.latest(origin);
  if (note === undefined) return { origin, size: 0, root: rootOf(EMPTY_EDGE) };
  const head = parseTreeHead(parseNote(note)?.text ?? '');
  // A damaged state is not an empty one: it would cosign anything.
  if (head?.origin !== origin) throw new Error(`expected the last checkpoint of ${origin} in the state, got ${note}`);
  return head;
}
