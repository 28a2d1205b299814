// Brings the latest checkpoint to every witness that can be reached, and keeps their cosignatures beside it. One request
// to each at a time; whatever was published meanwhile, only the latest goes out. A witness that is silent too long or
// says no is an event, once; so is that it is back. Cosignatures are no events, or each would be cause for the next.

import type { Clock } from '../../store/core/clock.ts';
import type { Logger } from '../../store/core/logger.ts';
import type { Database } from '../../store/database.ts';
import { parseTreeHead } from '../checkpoint.ts';
import type { AppendEvidence, EvidenceEvent } from '../event.ts';
import type { EvidenceFolder } from '../evidence-folder.ts';
import { parseNote } from '../signed-note.ts';
import { type Asked, type AskingInput, askWitness } from './asking.ts';
import { keepCosignature, lastCosigned } from './cosignature-store.ts';
import { CosignedNotes } from './cosigned-notes.ts';
import { coveredSize, type PolicyWitness, type TrustPolicy } from './trust-policy.ts';

export type WitnessTrouble = 'silent' | 'refused';

export interface WitnessStatus {
  readonly name: string;
  readonly verifierKey: string;
  readonly url: string | null;
  /** The largest checkpoint it has cosigned, and when, milliseconds since 1970; null: none yet. */
  readonly size: number | null;
  readonly at: number | null;
  readonly trouble: WitnessTrouble | null;
}

export interface WitnessingStatus {
  /** Leaves that enough witnesses have cosigned; null where the policy asks for none. */
  readonly covered: number | null;
  readonly witnesses: readonly WitnessStatus[];
}

export interface WitnessCollector {
  /** Asks every witness now, and resolves when all have answered or not. */
  look(): Promise<void>;
  status(): Promise<WitnessingStatus>;
  /** The checkpoint with the most cosignatures of late, they included; undefined before the first. */
  cosigned(): string | undefined;
  /** Asks again and again, until the returned function is called. */
  start(): () => void;
}

export interface CollectorInput extends AskingInput {
  readonly policy: TrustPolicy;
  readonly database: Database;
  readonly append: AppendEvidence;
  readonly folder: Pick<EvidenceFolder, 'read' | 'append'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly everyMs: number;
  /** A witness that has not answered for so long is silent. */
  readonly silentMs: number;
  /** The same for those whose answers are carried by hand. */
  readonly silentByHandMs: number;
}

export async function createWitnessCollector(input: CollectorInput): Promise<WitnessCollector> {
  const { policy, clock, logger } = input;
  const known = await lastCosigned(input.folder);
  const notes = new CosignedNotes(policy);
  const desks = policy.witnesses.map(
    (witness) => new Desk(input, witness, notes, known.get(witness.verifierKey)?.size ?? 0),
  );
  const look = async (): Promise<void> => {
    await Promise.all(desks.map((desk) => desk.look()));
  };
  return {
    look,
    start: () =>
      clock.every(input.everyMs, () => {
        look().catch((error: unknown) => logger.error('witness.failed', error));
      }),
    cosigned: () => notes.best(),
    async status() {
      const last = await lastCosigned(input.folder);
      const witnesses = desks.map(({ witness: { name, verifierKey, url }, trouble }) => {
        const { size = null, at = null } = last.get(verifierKey) ?? {};
        return { name, verifierKey, url, size, at, trouble };
      });
      const sizes = new Map(witnesses.map(({ name, size }) => [name, size ?? 0]));
      return { covered: policy.quorum === null ? null : coveredSize(policy, sizes), witnesses };
    },
  };
}

/** What is known of one witness. */
class Desk {
  readonly witness: PolicyWitness;
  trouble: WitnessTrouble | null = null;
  readonly #input: CollectorInput;
  readonly #notes: CosignedNotes;
  /** The largest size in the file; asked size of this process; when it last answered, monotonic. */
  #kept: number;
  #asked = 0;
  #heardAt: number;
  #busy = false;

  constructor(input: CollectorInput, witness: PolicyWitness, notes: CosignedNotes, kept: number) {
    this.#input = input;
    this.witness = witness;
    this.#notes = notes;
    this.#kept = kept;
    this.#heardAt = input.clock.monotonic();
  }

  async look(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      if (this.witness.url === null) await this.#lookByHand();
      else if (this.#isDue()) await this.#hear(await askWitness(this.#input, this.witness, this.#kept));
    } finally {
      this.#busy = false;
    }
  }

  /** There is something new, or it is time to hear whether it is still there. */
  #isDue(): boolean {
    const size = parseTreeHead(parseNote(this.#input.latest() ?? '')?.text ?? '')?.size ?? 0;
    const { clock, silentMs } = this.#input;
    return size > 0 && (size !== this.#asked || clock.monotonic() - this.#heardAt >= silentMs / 2);
  }

  async #hear(asked: Asked): Promise<void> {
    const { folder, clock, silentMs, logger } = this.#input;
    const { name, key, verifierKey } = this.witness;
    if (asked.kind === 'silent') {
      logger.warn('witness.no-answer', { witness: name, why: asked.why });
      if (clock.monotonic() - this.#heardAt >= silentMs) await this.#enter('silent');
      return;
    }
    this.#heardAt = clock.monotonic();
    if (asked.kind === 'refused') {
      const { status, size, cosigned } = asked;
      await this.#enter('refused', { status, size, cosigned });
      return;
    }
    const { note, size, line } = asked;
    if (size > this.#kept) await keepCosignature(folder, { size, key, verifierKey, line });
    this.#kept = Math.max(this.#kept, size);
    this.#asked = size;
    this.#notes.add(note, name, line);
    await this.#enter(null);
  }

  async #lookByHand(): Promise<void> {
    const { folder, clock, silentByHandMs } = this.#input;
    const last = (await lastCosigned(folder)).get(this.witness.verifierKey);
    if (last !== undefined && clock.now() - last.at < silentByHandMs) await this.#enter(null);
    else if (last !== undefined || clock.monotonic() - this.#heardAt >= silentByHandMs) await this.#enter('silent');
  }

  async #enter(
    trouble: WitnessTrouble | null,
    refused: { readonly status: number; readonly size: number; readonly cosigned: number | null } | null = null,
  ): Promise<void> {
    if (trouble === this.trouble) return;
    const { database, append, logger } = this.#input;
    const witness = this.witness.name;
    const event: EvidenceEvent =
      refused !== null
        ? { type: 'witness.refused', actor: { kind: 'system' }, details: { witness, ...refused } }
        : {
            type: trouble === null ? 'witness.heard' : 'witness.silent',
            actor: { kind: 'system' },
            details: { witness },
          };
    if (trouble !== null) logger.error(event.type, undefined, { witness });
    await database.transaction((tx) => append(tx, event));
    this.trouble = trouble;
  }
}
