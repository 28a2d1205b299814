// The readings that were asked of one gateway: from the asking to their end. Everything the gateway says of one is
// matched against what was approved; the bytes it sends are hashed here, and kept only while they are small text.

import { createHash } from 'node:crypto';
import type { Item } from '../../approvals/originals/manifest.ts';
import type { ReadAgain } from '../../approvals/originals/read-again.ts';
import type { ReadingLog } from '../../approvals/originals/reading-log.ts';
import type { ApprovedReading, ReleaseForReading } from '../../approvals/originals/reading-permit.ts';
import { MOST_TEXT_BYTES } from '../../approvals/originals/text-difference.ts';
import { recordingKeysMessage } from '../../recordings/format/recording-keys.ts';
import { createRecordingKeys } from '../../recordings/storage/recording-keys.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Secret } from '../../store/core/secret.ts';
import type { Grant } from '../link/methods.ts';
import type { CopyFailure, CopyLimits, Found } from '../link/originals.ts';
import { Copies } from './copies.ts';
import { itemOf } from './session-copies.ts';

export interface ReadingUses {
  readonly readingLog: ReadingLog;
  readonly releaseForReading: ReleaseForReading;
  readonly copyLimits: CopyLimits;
  readonly recordsKey: Secret;
  readonly allowLoopback: boolean;
}

const noReading = defineRefusal('reading.unknown', 'forbidden', () => ({
  zh: '没有这次复核',
  en: 'there is no such reading',
}));

interface Entry {
  readonly approved: ApprovedReading;
  readonly copies: Copies;
  readonly items: Item[];
  readonly contents: Map<string, Buffer>;
  readonly over: PromiseWithResolvers<ReadAgain>;
  taken: boolean;
  opened: boolean;
  released: boolean;
}

/** Of all small files of one reading, kept until they are compared. */
const MOST_KEPT_BYTES = 32 * 1024 * 1024;

export class Readings {
  readonly #uses: ReadingUses;
  readonly #entries = new Map<string, Entry>();

  constructor(uses: ReadingUses) {
    this.#uses = uses;
  }

  /** `ask`: has the gateway begin. Resolves when it has told the end; rejects when it never will. */
  async run(approved: ApprovedReading, ask: () => Promise<unknown>): Promise<ReadAgain> {
    const { session } = approved.facts;
    const contents = new Map<string, Buffer>();
    const copies = new Copies(keeping(contents), 2 * this.#uses.copyLimits.bytes);
    const over = Promise.withResolvers<ReadAgain>();
    const state = { taken: false, opened: false, released: false };
    this.#entries.set(session, { approved, copies, items: [], contents, over, ...state });
    try {
      const asked = ask().then(() => {
        throw noReading();
      });
      // The end is told before the asking is answered.
      return await Promise.race([over.promise, asked]);
    } finally {
      copies.end();
      this.#entries.delete(session);
    }
  }

  has(session: string): boolean {
    return this.#entries.has(session);
  }

  /** The grant that it goes by; once. */
  async take(reading: string): Promise<Grant> {
    const entry = this.#entry(reading);
    if (entry.taken) throw noReading();
    entry.taken = true;
    const { facts } = entry.approved;
    const { recordsKey, copyLimits, allowLoopback } = this.#uses;
    const keys = await createRecordingKeys(recordsKey, facts.session, null);
    return {
      session: facts.session,
      kind: 'sftp',
      via: 'web',
      ticket: facts.ticket,
      account: { id: facts.user.account.id, name: facts.user.account.name },
      target: { ...facts.target, allowLoopback },
      targetAccount: facts.targetAccount,
      command: null,
      files: { rights: ['list', 'download'], paths: [] },
      destination: null,
      source: facts.user.source,
      waits: false,
      finishMs: 0,
      remainingMs: copyLimits.seconds * 1000,
      recordingKeys: recordingKeysMessage(keys),
      originals: { declared: facts.declared, alone: facts.alone, withoutBackup: null, limits: copyLimits },
    };
  }

  async opened(session: string, heads: Json): Promise<void> {
    const entry = this.#entry(session);
    if (!entry.taken || entry.opened) throw noReading();
    await this.#uses.readingLog.opened(entry.approved, heads);
    entry.opened = true;
  }

  /** Its credential, once, and only after it is written down. */
  release(session: string, publicKey: string): ReturnType<ReleaseForReading> {
    const entry = this.#open(session);
    if (entry.released) throw noReading();
    entry.released = true;
    return this.#uses.releaseForReading(entry.approved, publicKey);
  }

  approved(session: string): ApprovedReading {
    return this.#entry(session).approved;
  }

  copies(session: string): Copies {
    return this.#open(session).copies;
  }

  found(session: string, found: readonly Found[]): void {
    const { items, copies } = this.#open(session);
    if (items.length + found.length > 2 * this.#uses.copyLimits.files + 2048) throw noReading();
    items.push(...found.map((each) => itemOf(each, copies)));
  }

  async ended(session: string, failure: CopyFailure | null, tracks: Json | null): Promise<void> {
    const { approved, items, contents, over, opened } = this.#entry(session);
    if (opened) await this.#uses.readingLog.ended(approved, failure, tracks);
    over.resolve({ items, contents, failure });
  }

  #open(session: string): Entry {
    const entry = this.#entry(session);
    if (!entry.opened) throw noReading();
    return entry;
  }

  #entry(session: string): Entry {
    const entry = this.#entries.get(session);
    if (entry === undefined) throw noReading();
    return entry;
  }
}

/** Hashes what comes; keeps it where it is small. */
function keeping(contents: Map<string, Buffer>) {
  let left = MOST_KEPT_BYTES;
  return async (content: AsyncIterable<Buffer>) => {
    const hash = createHash('sha256');
    const kept: Buffer[] = [];
    let bytes = 0;
    for await (const piece of content) {
      hash.update(piece);
      bytes += piece.length;
      if (bytes <= MOST_TEXT_BYTES) kept.push(piece);
      else kept.length = 0;
    }
    const sha256 = hash.digest('hex');
    if (bytes <= Math.min(MOST_TEXT_BYTES, left) && !contents.has(sha256)) {
      left -= bytes;
      contents.set(sha256, Buffer.concat(kept));
    }
    return { sha256, bytes };
  };
}
