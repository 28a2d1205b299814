// Before a request that changes files goes to the target: what is there now is in evidence, declared or not. A file whose
// bytes would be lost is copied whole; of everything else it is noted what it was. Once per path and session: what a
// session did to a file it has already changed is its own work.

import type { Clock } from '../../../store/core/clock.ts';
import type { ToController } from '../../link/approved-channel.ts';
import type { CopyPlan, Found } from '../../link/originals.ts';
import type { Ask } from '../sftp/path-guard.ts';
import { below, splitLast } from '../sftp/paths.ts';
import type { Request } from '../sftp/request.ts';
import { CopyBudget } from './copy-budget.ts';
import { counted } from './copy-declared.ts';
import { CopyProblem } from './copy-problem.ts';
import { CopySender } from './copy-sender.ts';
import { KnownPaths } from './known-paths.ts';
import { look, resolved, unread } from './look.ts';
import { readFile } from './read-file.ts';
import { type AskInTime, inTime } from './target-files.ts';
import { movedTo, type TouchedPath, touchedPaths } from './touched-paths.ts';
import { TouchedQueue } from './touched-queue.ts';

export interface KeepParts {
  readonly ask: Ask;
  readonly controller: ToController;
  readonly session: string;
  readonly plan: CopyPlan;
  readonly clock: Clock;
  /** The evidence was not taken: the session has to end. */
  readonly onRefused: (error: unknown) => void;
}

export class KeepFirst {
  readonly #ask: AskInTime;
  readonly #plan: CopyPlan;
  readonly #budget: CopyBudget;
  readonly #sender: CopySender;
  readonly #queue: TouchedQueue;
  readonly #known = new KnownPaths();

  constructor(parts: KeepParts) {
    this.#ask = inTime(parts.ask, parts.clock);
    this.#plan = parts.plan;
    this.#budget = new CopyBudget(parts.plan.limits);
    this.#sender = new CopySender(parts.controller, parts.session);
    this.#queue = new TouchedQueue(parts);
  }

  /**
   * Resolves when the request may go out. Rejects with CopyProblem when it must not: then nothing of it was done.
   * `open`: the path of the handle that it names.
   */
  async before(request: Request, open: Buffer | undefined): Promise<void> {
    for (const touched of touchedPaths(request, open)) await this.#keep(touched, request.op);
    const moved = movedTo(request);
    if (moved === undefined) return;
    const [from, to] = await Promise.all([this.#place(moved.from, false), this.#place(moved.to, false)]);
    if (from !== undefined && to !== undefined) this.#known.moved(from, to);
  }

  /** Whether a request waits here at all. */
  concerns(request: Request, open: Buffer | undefined): boolean {
    return touchedPaths(request, open).length > 0;
  }

  settle(): Promise<void> {
    return this.#queue.settle();
  }

  async #keep({ path, follows, content }: TouchedPath, op: string): Promise<void> {
    const at = await this.#place(path, follows);
    // Nowhere: what is asked for comes to nothing.
    if (at === undefined || this.#known.has(at)) return;
    const found = await this.#seen(at, content);
    if (found.copy !== null || found.type === 'absent') this.#known.add(at);
    const full = this.#queue.note({ ...found, op });
    // The bytes are durable; that they are this file's has to be so too, before they are lost.
    if (found.copy !== null) await this.#queue.settle();
    else await full;
  }

  async #seen(at: Buffer, content: boolean): Promise<Found> {
    try {
      const found = await look(this.#ask, at);
      if (!content || found.type !== 'file') return found;
      this.#budget.countPath(at);
      const bytes = counted(at, readFile(this.#ask, at, this.#budget.fileBytes), this.#budget);
      return { ...found, copy: await this.#sender.send(at, bytes) };
    } catch (error) {
      if (this.#plan.withoutBackup === null || !(error instanceof CopyProblem)) throw error;
      return unread(at, error);
    }
  }

  /** Where on the target a path is; undefined where a folder on the way is missing. */
  async #place(path: Buffer, follows: boolean): Promise<Buffer | undefined> {
    const parts = splitLast(path);
    if (follows || parts === undefined) {
      const real = await resolved(this.#ask, path);
      if (real !== undefined || parts === undefined) return real;
    }
    // Some servers answer only for what exists.
    const folder = await resolved(this.#ask, parts.folder);
    return folder === undefined ? undefined : below(folder, parts.name);
  }
}
