// The latest checkpoints with their cosignatures, to be handed out with proofs.

import { parseTreeHead } from '../checkpoint.ts';
import { parseNote } from '../signed-note.ts';
import { meetsQuorum, type TrustPolicy } from './trust-policy.ts';

const MOST_NOTES = 16;

export class CosignedNotes {
  readonly #policy: TrustPolicy;
  /** By size, oldest first: the note, and each witness's line. */
  readonly #notes = new Map<number, { readonly note: string; readonly lines: Map<string, string> }>();

  constructor(policy: TrustPolicy) {
    this.#policy = policy;
  }

  add(note: string, witness: string, line: string): void {
    const size = parseTreeHead(parseNote(note)?.text ?? '')?.size ?? 0;
    const entry = this.#notes.get(size) ?? { note, lines: new Map<string, string>() };
    entry.lines.set(witness, line);
    this.#notes.set(size, entry);
    const [oldest] = [...this.#notes.keys()].sort((a, b) => a - b);
    if (this.#notes.size > MOST_NOTES && oldest !== undefined) this.#notes.delete(oldest);
  }

  /** The largest that enough witnesses cosigned; where there is none, the largest that any did. */
  best(): string | undefined {
    const entries = [...this.#notes].sort(([a], [b]) => b - a).map(([, entry]) => entry);
    const chosen = entries.find(({ lines }) => meetsQuorum(this.#policy, new Set(lines.keys()))) ?? entries[0];
    if (chosen === undefined) return undefined;
    return chosen.note + [...chosen.lines.values()].map((line) => `${line}\n`).join('');
  }
}
