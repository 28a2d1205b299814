// Carries the bytes of copies to the controller, each copy under a number of its own. One message of each copy is under
// way at a time, and the next one goes when it was taken: nothing gathers here.

import { Refusal } from '../../../store/core/refusal.ts';
import type { ToController } from '../../link/approved-channel.ts';
import { LinkEnded } from '../../link/conversation.ts';
import { CopyProblem } from './copy-problem.ts';

const MESSAGE_BYTES = 256 * 1024;

export class CopySender {
  readonly #controller: ToController;
  readonly #session: string;
  #last = 0;

  constructor(controller: ToController, session: string) {
    this.#controller = controller;
    this.#session = session;
  }

  /** The number of the copy, which is durable then. Throws what reading throws, or CopyProblem `not-stored`. */
  async send(path: Buffer, content: AsyncIterable<Buffer>): Promise<number> {
    this.#last += 1;
    const copy = this.#last;
    const named = { session: this.#session, copy };
    try {
      for await (const bytes of gathered(content)) await this.#told(path, 'originals.bytes', named, bytes);
      await this.#told(path, 'originals.copied', named);
      return copy;
    } catch (error) {
      await this.#controller.call('originals.dropped', named).catch(() => undefined);
      throw error;
    }
  }

  async #told(
    path: Buffer,
    name: 'originals.bytes' | 'originals.copied',
    named: { readonly session: string; readonly copy: number },
    bytes?: Buffer,
  ): Promise<void> {
    try {
      await this.#controller.call(name, named, bytes);
    } catch (error) {
      // Without a link everything closes by itself.
      if (error instanceof LinkEnded || !(error instanceof Refusal)) throw error;
      throw new CopyProblem('not-stored', path, error);
    }
  }
}

async function* gathered(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let length = 0;
  for await (const piece of content) {
    held.push(piece);
    length += piece.length;
    if (length < MESSAGE_BYTES) continue;
    yield Buffer.concat(held, length);
    held = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(held, length);
}
