// Our own sftp conversation with a target, beside the channel of a session or without one: questions of ours only. A
// target is believed in nothing: what is malformed, unasked for or too late ends the conversation.

import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../../../store/core/clock.ts';
import { Chunks } from '../proxy/chunks.ts';
import { Valve } from '../session/valve.ts';
import { packetBytes, u32 } from '../sftp/fields.ts';
import { Outbox } from '../sftp/outbox.ts';
import { Outstanding } from '../sftp/outstanding.ts';
import { PacketReader } from '../sftp/packet-reader.ts';
import type { Ask } from '../sftp/path-guard.ts';
import { REQUEST_TYPES, VERSION } from '../sftp/protocol.ts';
import { parseReply, parseVersion } from '../sftp/reply.ts';
import { CopyProblem } from './copy-problem.ts';

/** No question stays open longer than that. */
const ANSWER_MS = 30_000;

/** The raw bytes of an sftp subsystem. */
export interface TargetStream {
  readonly input: Writable;
  readonly output: Readable;
  close(): void;
}

export interface TargetFiles {
  /** Undefined when the conversation is over before an answer. */
  readonly ask: Ask;
  /** Rejects with the CopyProblem that ended it, and otherwise never settles. */
  readonly broken: Promise<never>;
  close(): void;
}

/** Resolves once the target has greeted. `signal`: the session ends. */
export async function talkToTarget(stream: TargetStream, signal: AbortSignal, clock: Clock): Promise<TargetFiles> {
  const ending = new AbortController();
  const end = () => ending.abort();
  signal.addEventListener('abort', end, { once: true });
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  // What is copied before a session opens is nobody's input: it is not frozen.
  const valve = new Valve(true);
  const toTarget = new Outbox({ to: stream.input, pressure: () => undefined, valve, signal: ending.signal });
  const outstanding = new Outstanding((packet) => toTarget.put([packet]));
  const close = () => {
    signal.removeEventListener('abort', end);
    end();
    outstanding.abandon();
    stream.close();
  };
  const greeted = Promise.withResolvers<void>();
  let spoke = false;
  const greet = () => {
    spoke = true;
    greeted.resolve();
  };
  const hear = listen(stream.output, ending.signal, outstanding, greet).then(
    () => broken.reject(new CopyProblem(spoke ? 'no-answer' : 'no-sftp', undefined)),
    (error: unknown) => broken.reject(new CopyProblem('not-understood', undefined, error)),
  );
  void hear.finally(close);
  toTarget.put([packetBytes(REQUEST_TYPES.init, u32(VERSION))]);
  const cancel = clock.after(ANSWER_MS, () => broken.reject(new CopyProblem('no-answer', undefined)));
  await Promise.race([greeted.promise, broken.promise]).finally(cancel);
  return { ask: (asked) => outstanding.ask(asked), broken: broken.promise, close };
}

async function listen(
  output: Readable,
  signal: AbortSignal,
  outstanding: Outstanding,
  greeted: () => void,
): Promise<void> {
  const chunks = new Chunks(output, signal);
  const reader = new PacketReader('target');
  let first = true;
  for (;;) {
    const pieces = await chunks.next();
    if (pieces === undefined) return;
    for (const packet of pieces.flatMap((piece) => reader.push(piece))) {
      if (first) {
        if (parseVersion(packet).version !== VERSION) throw new TypeError('expected version 3');
        first = false;
        greeted();
      } else outstanding.settle(parseReply(packet));
    }
  }
}

/** The same, but who gets no answer within half a minute, or none any more, has a CopyProblem. */
export function inTime(ask: Ask, clock: Clock): (...asked: Parameters<Ask>) => Promise<Answer> {
  return async (asked) => {
    const late = Promise.withResolvers<undefined>();
    const cancel = clock.after(ANSWER_MS, () => late.resolve(undefined));
    const reply = await Promise.race([ask(asked), late.promise]).finally(cancel);
    if (reply === undefined) throw new CopyProblem('no-answer', 'path' in asked ? asked.path : undefined);
    return reply;
  };
}

export type Answer = NonNullable<Awaited<ReturnType<Ask>>>;
export type AskInTime = ReturnType<typeof inTime>;
