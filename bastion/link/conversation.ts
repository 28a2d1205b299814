// A typed conversation over one duplex stream: either side calls the other and gets an answer or a refusal. Every
// message is checked against its schema where it arrives. The lease lives here: each side hears the other at least
// every fifth of the lease, and silence for a whole lease, or the end of the stream, ends the conversation for good.
// What the other side can make this one keep is bounded: questions without an answer, questions under way, and bytes it
// does not read. Beyond the bounds the conversation ends.

import type { Duplex } from 'node:stream';
import Type, { type Static, type TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { Json } from '../../store/core/canonical-json.ts';
import type { Cancel, Clock } from '../../store/core/clock.ts';
import type { Logger } from '../../store/core/logger.ts';
import { defineRefusal, Refusal, type RefusalKind } from '../../store/core/refusal.ts';
import { encodeFrame, type Frame, FrameReader } from './frame.ts';

/** One thing that can be asked: the shapes of question and answer. Questions may carry a body of raw bytes. */
export interface Method {
  readonly params: TSchema;
  readonly result: TSchema;
  /** The answer is back-pressure: it comes when somebody has taken the bytes, however long that takes. */
  readonly patient?: true;
}
export type Methods = Readonly<Record<string, Method>>;

export type Handlers<M extends Methods> = {
  readonly [Name in keyof M]: (params: Static<M[Name]['params']>, body: Buffer) => Promise<Static<M[Name]['result']>>;
};

const Refused = Type.Object({
  code: Type.String(),
  kind: Type.String(),
  zh: Type.String(),
  en: Type.String(),
});
const Head = Type.Union([
  Type.Object({ call: Type.String(), id: Type.Integer(), params: Type.Unknown() }),
  Type.Object({ answer: Type.Integer(), result: Type.Unknown() }),
  Type.Object({ refused: Type.Integer(), why: Refused }),
  Type.Object({ beat: Type.Literal(true) }),
]);
const head = Compile(Head);

interface Waiting {
  readonly name: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Stops waiting for the answer. */
  readonly stop: Cancel;
}

const noAnswer = defineRefusal<{ name: string }>('link.no-answer', 'unavailable', ({ name }) => ({
  zh: `系统没有及时答复（${name}），操作可能未执行`,
  en: `no answer came in time (${name}); it may not have been done`,
}));

/** How long a question may stay open, unless its answer is back-pressure. */
const ANSWER_MS = 60_000;
/** Questions without an answer, and questions under way, that one side may owe the other. */
const MOST_OPEN = 4096;
/** Bytes that may wait because the other side does not read. */
const MOST_QUEUED = 64 * 1024 * 1024;

export class LinkEnded extends Error {
  override readonly name = 'LinkEnded';
}

export class Conversation<Theirs extends Methods, Ours extends Methods> {
  readonly #stream: Duplex;
  readonly #theirs: Theirs;
  readonly #handlers: Handlers<Ours>;
  readonly #logger: Logger;
  readonly #reader = new FrameReader();
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended = new AbortController();
  readonly #validators = new Map<TSchema, Validator>();
  readonly #ours: Ours;
  readonly #stopTimers: () => void;
  readonly #clock: Clock;
  #answering = 0;
  #nextId = 1;
  #lastHeard: number;
  #heard = false;

  constructor(input: {
    readonly stream: Duplex;
    readonly theirs: Theirs;
    readonly ours: Ours;
    readonly handlers: Handlers<Ours>;
    readonly clock: Clock;
    readonly leaseMs: number;
    /** How long the other side may take to say its first word: it may still be starting. Default: the lease. */
    readonly startMs?: number;
    readonly logger: Logger;
  }) {
    const { stream, clock, leaseMs } = input;
    this.#stream = stream;
    this.#theirs = input.theirs;
    this.#ours = input.ours;
    this.#handlers = input.handlers;
    this.#logger = input.logger;
    this.#clock = clock;
    this.#lastHeard = clock.monotonic();
    const stopBeats = clock.every(leaseMs / 5, () => this.#send({ beat: true }));
    const stopWatch = clock.every(leaseMs / 10, () => {
      const patience = this.#heard ? leaseMs : Math.max(leaseMs, input.startMs ?? 0);
      if (clock.monotonic() - this.#lastHeard > patience) this.end('lease expired');
    });
    this.#stopTimers = () => {
      stopBeats();
      stopWatch();
    };
    stream.on('data', (chunk: Buffer) => this.#receive(chunk, clock));
    stream.once('close', () => this.end('link closed'));
    stream.once('end', () => this.end('link closed'));
    stream.on('error', () => this.end('link failed'));
  }

  /** Aborts once, when the conversation is over, with a `LinkEnded` that says why. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Asks the other side. Rejects with its Refusal, or with LinkEnded when no answer can come any more. */
  call<Name extends keyof Theirs & string>(
    name: Name,
    params: Static<Theirs[Name]['params']>,
    body?: Buffer,
  ): Promise<Static<Theirs[Name]['result']>> {
    return new Promise((resolve, reject) => {
      if (this.#ended.signal.aborted) {
        reject(this.#ended.signal.reason);
        return;
      }
      if (this.#waiting.size >= MOST_OPEN) {
        this.end('the other side answers nothing');
        reject(this.#ended.signal.reason);
        return;
      }
      const id = this.#nextId++;
      // Encoded first: a question too long to send is nobody's to answer.
      const frame = encodeFrame({ call: name, id, params: params as Json }, body);
      this.#waiting.set(id, {
        name,
        resolve: resolve as (result: unknown) => void,
        reject,
        stop: this.#theirs[name]?.patient ? ignore : this.#clock.after(ANSWER_MS, () => this.#giveUp(id)),
      });
      this.#write(frame);
    });
  }

  end(why: string): void {
    if (this.#ended.signal.aborted) return;
    this.#stopTimers();
    const reason = new LinkEnded(why);
    this.#ended.abort(reason);
    for (const { reject, stop } of this.#waiting.values()) {
      stop();
      reject(reason);
    }
    this.#waiting.clear();
    this.#stream.destroy();
  }

  #send(message: Json): void {
    this.#write(encodeFrame(message));
  }

  #write(frame: Buffer): void {
    if (this.#ended.signal.aborted) return;
    this.#stream.write(frame);
    if (this.#stream.writableLength > MOST_QUEUED) this.end('the other side does not read');
  }

  /** The question stays known, so that a late answer is no surprise. */
  #giveUp(id: number): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.set(id, { ...waiting, resolve: ignore, reject: ignore });
    waiting.reject(noAnswer({ name: waiting.name }));
  }

  #receive(chunk: Buffer, clock: Clock): void {
    this.#lastHeard = clock.monotonic();
    this.#heard = true;
    try {
      for (const frame of this.#reader.read(chunk)) this.#dispatch(frame);
    } catch (error) {
      this.#logger.error('link.malformed', error);
      this.end('malformed message');
    }
  }

  #dispatch(frame: Frame): void {
    const message: unknown = frame.head;
    if (!head.Check(message)) throw new TypeError('expected a call, an answer, a refusal or a beat');
    if ('call' in message) this.#take(message.call, message.id, message.params, frame.body);
    else if ('answer' in message) this.#settle(message.answer, (waiting) => this.#resolve(waiting, message.result));
    else if ('refused' in message) {
      const { code, kind, zh, en } = message.why;
      this.#settle(message.refused, ({ reject }) => reject(new Refusal(code, kind as RefusalKind, { zh, en })));
    }
  }

  #settle(id: number, act: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) throw new TypeError(`expected an answer to a question, got one to ${id}`);
    // A malformed answer throws here and ends the conversation, which rejects this question with all the others.
    act(waiting);
    this.#waiting.delete(id);
    waiting.stop();
  }

  #resolve({ name, resolve }: Waiting, result: unknown): void {
    const method = this.#theirs[name];
    if (method === undefined || !this.#validator(method.result).Check(result)) {
      throw new TypeError(`expected the answer of ${name}, got another shape`);
    }
    resolve(result);
  }

  #take(name: string, id: number, params: unknown, body: Buffer): void {
    this.#answering += 1;
    if (this.#answering > MOST_OPEN) throw new RangeError(`expected at most ${MOST_OPEN} questions at once`);
    void this.#answer(name, id, params, body).finally(() => {
      this.#answering -= 1;
    });
  }

  async #answer(name: string, id: number, params: unknown, body: Buffer): Promise<void> {
    try {
      const method = Object.hasOwn(this.#ours, name) ? this.#ours[name] : undefined;
      const handler = Object.hasOwn(this.#handlers, name) ? this.#handlers[name] : undefined;
      if (method === undefined || handler === undefined || !this.#validator(method.params).Check(params)) {
        throw new TypeError(`expected a known question in its shape, got ${name}`);
      }
      this.#send({ answer: id, result: (await handler(params as never, body)) as Json });
    } catch (error) {
      this.#send({ refused: id, why: this.#explain(name, error) });
    }
  }

  #explain(name: string, error: unknown): Static<typeof Refused> {
    if (error instanceof Refusal) return { code: error.code, kind: error.kind, ...error.sentence };
    if (!(error instanceof LinkEnded)) this.#logger.error('link.fault', error, { call: name });
    return {
      code: 'fault',
      kind: 'unavailable',
      zh: '系统内部出错，操作未执行',
      en: 'internal fault, nothing was done',
    };
  }

  #validator(schema: TSchema): Validator {
    const known = this.#validators.get(schema);
    if (known !== undefined) return known;
    const made = Compile(schema);
    this.#validators.set(schema, made);
    return made;
  }
}

function ignore(): void {}
