// Asks one witness to cosign the latest checkpoint, and understands its answer. Nothing it says is believed unchecked.

import { parseTreeHead } from '../checkpoint.ts';
import type { Post, PostAnswer } from '../http-post.ts';
import type { LogProofs } from '../log-proofs.ts';
import { parseNote } from '../signed-note.ts';
import { addCheckpointText, parseSize, SIZE_TYPE } from './add-checkpoint.ts';
import { openCosignature } from './cosignature.ts';
import type { PolicyWitness } from './trust-policy.ts';

export type Asked =
  | {
      readonly kind: 'cosigned';
      readonly note: string;
      readonly size: number;
      readonly line: string;
      readonly at: number;
    }
  /** It has an answer, and that is no: `cosigned` is the size it says it has cosigned. */
  | { readonly kind: 'refused'; readonly status: number; readonly size: number; readonly cosigned: number | null }
  | { readonly kind: 'silent'; readonly why: string };

export interface AskingInput {
  readonly post: Post;
  readonly proofs: Pick<LogProofs, 'consistency'>;
  /** The latest checkpoint's note. */
  readonly latest: () => string | undefined;
}

/** `oldSize`: what it is thought to have cosigned last; it says so when that is wrong. */
export async function askWitness(
  { post, proofs, latest }: AskingInput,
  { url, key }: Pick<PolicyWitness, 'url' | 'key'>,
  oldSize: number,
): Promise<Asked> {
  let old = oldSize;
  // The second time with the size it named; the third where the log was still being published.
  for (let tries = 1; ; tries += 1) {
    const note = latest() ?? '';
    const text = parseNote(note)?.text ?? '';
    const size = parseTreeHead(text)?.size ?? 0;
    if (url === null || old > size) return { kind: 'refused', status: 409, size, cosigned: old };
    const proof = await proofs.consistency(old, size);
    const body = Buffer.from(addCheckpointText({ oldSize: old, proof, checkpoint: note }), 'utf8');
    const answer = await post({ url: `${url}/add-checkpoint`, type: 'text/plain; charset=utf-8', body }).catch(
      (error: unknown) => String(error instanceof Error ? (error.cause ?? error) : error),
    );
    if (typeof answer === 'string') return { kind: 'silent', why: answer };
    const its =
      answer.status === 409 && answer.type === SIZE_TYPE ? parseSize(answer.body.toString('utf8')) : undefined;
    if (its !== undefined && its !== old && tries < 3) {
      old = its;
      continue;
    }
    return understand(answer, key, { note, text, size, cosigned: its ?? null });
  }
}

function understand(
  { status, body }: PostAnswer,
  key: PolicyWitness['key'],
  asked: { readonly note: string; readonly text: string; readonly size: number; readonly cosigned: number | null },
): Asked {
  const { note, text, size, cosigned } = asked;
  if (status >= 500 || status === 429) return { kind: 'silent', why: `it answered ${status}` };
  if (status !== 200) return { kind: 'refused', status, size, cosigned };
  for (const line of body.toString('utf8').split('\n')) {
    const seconds = openCosignature(line, text, key);
    if (seconds !== undefined) return { kind: 'cosigned', note, size, line, at: seconds * 1000 };
  }
  return { kind: 'refused', status, size, cosigned };
}
