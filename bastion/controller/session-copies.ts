// The copies of originals that a link's sessions make, from the plan to the manifest. What a gateway says was found is
// written down with the hash that was taken here, of the bytes that are in the store.

import type { ApprovedChannel } from '../../approvals/access/approved-channel.ts';
import type { Item } from '../../approvals/originals/manifest.ts';
import type { CopyingPlan, OriginalsLog } from '../../approvals/originals/originals-log.ts';
import type { FilesStore } from '../../recordings/files-store/files-store.ts';
import type { Logger } from '../../store/core/logger.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { CopyFailure, CopyLimits, CopyPlan, Found } from '../link/originals.ts';
import { Copies, notStored } from './copies.ts';

export interface CopyUses {
  readonly originals: OriginalsLog;
  readonly filesStore: Pick<FilesStore, 'put'>;
  readonly copyLimits: CopyLimits;
  /** Whether the disk has more free than its reserve, which is the recordings'. */
  readonly hasRoom: () => Promise<boolean>;
}

/** So often, in bytes of one copy, it is looked whether there is room. */
const LOOK_EVERY = 16 * 1024 * 1024;

const notPlanned = defineRefusal('copy.not-planned', 'forbidden', () => ({
  zh: '这个会话没有要备份的内容',
  en: 'this session has nothing to copy',
}));

interface Copying {
  readonly plan: CopyingPlan;
  readonly copies: Copies;
  readonly items: Item[];
  /** The copying before the channel is over. */
  ended: boolean;
}

export class SessionCopies {
  readonly #uses: CopyUses;
  readonly #logger: Logger;
  readonly #copying = new Map<string, Copying>();

  constructor(uses: CopyUses, logger: Logger) {
    this.#uses = uses;
    this.#logger = logger;
  }

  async plan(approved: ApprovedChannel): Promise<CopyPlan> {
    const { originals, copyLimits: limits } = this.#uses;
    const plan = await originals.planFor(approved);
    // What the opening copies, and as much again for what sftp changes later.
    const copies = new Copies((content) => this.#put(approved, content), 2 * limits.bytes);
    const ended = plan.declared.length === 0;
    this.#copying.set(approved.session, { plan, copies, items: [], ended });
    return { declared: plan.declared, alone: [], withoutBackup: plan.withoutBackup, limits };
  }

  /** The session is written down. */
  async opened(approved: ApprovedChannel): Promise<void> {
    const manifest = this.#copying.get(approved.session)?.plan.reliedOn;
    if (manifest !== null && manifest !== undefined) await this.#uses.originals.reliedOn(approved, manifest);
  }

  copies(approved: ApprovedChannel): Copies {
    return this.#of(approved).copies;
  }

  found(approved: ApprovedChannel, found: readonly Found[]): void {
    const { copies, items, ended } = this.#of(approved);
    if (ended || items.length + found.length > 2 * this.#uses.copyLimits.files) throw notPlanned();
    items.push(...found.map((each) => itemOf(each, copies)));
  }

  async ended(approved: ApprovedChannel, failure: CopyFailure | null): Promise<void> {
    const copying = this.#of(approved);
    if (copying.ended) throw notPlanned();
    copying.ended = true;
    await this.#uses.originals.copied(approved, copying.plan, copying.items.splice(0), failure);
  }

  async touched(approved: ApprovedChannel, found: readonly Found[]): Promise<void> {
    const { copies } = this.#of(approved);
    await this.#uses.originals.touched(
      approved,
      found.map((each) => itemOf(each, copies)),
    );
  }

  forget(session: string): void {
    this.#copying.get(session)?.copies.end();
    this.#copying.delete(session);
  }

  #of({ session }: ApprovedChannel): Copying {
    const copying = this.#copying.get(session);
    if (copying === undefined) throw notPlanned();
    return copying;
  }

  async #put({ session }: ApprovedChannel, content: AsyncIterable<Buffer>) {
    try {
      return await this.#uses.filesStore.put(session, this.#whileRoom(content));
    } catch (error) {
      this.#logger.error('copy.not-stored', error, { session });
      throw notStored();
    }
  }

  /** Throws where the disk would run into its reserve. */
  async *#whileRoom(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let unseen = LOOK_EVERY;
    for await (const bytes of content) {
      unseen += bytes.length;
      if (unseen >= LOOK_EVERY) {
        unseen = 0;
        if (!(await this.#uses.hasRoom())) throw new Error('expected more free disk space than the reserve');
      }
      yield bytes;
    }
  }
}

/** A size that the target stated gives way to that of the bytes that came. */
export function itemOf({ copy, ...found }: Found, copies: Copies): Item {
  const taken = copy === null ? undefined : copies.named(copy);
  if (copy !== null && taken === undefined) throw notPlanned();
  return { ...found, size: taken?.bytes ?? found.size, sha256: taken?.sha256 ?? null };
}
