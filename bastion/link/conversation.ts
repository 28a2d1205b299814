// A typed conversation over one duplex stream: either side calls the other and gets an answer or a refusal. Every
// message is checked against its schema where it arrives. The lease lives here: each side hears the other at least
// every fifth of the lease, and silence for a whole lease, or the end of the stream, ends the conversation for good.

import type { Duplex } from 'node:stream';
import Type, { type Static, type TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { Json } from '../../store/core/canonical-json.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { Logger } from '../../store/core/logger.ts';
import { Refusal, type RefusalKind } from '../../store/core/refusal.ts';
import { encodeFrame, type Frame, FrameReader } from './frame.ts';

/** One thing that can be asked: the shapes of question and answer. Questions may carry a body of raw bytes. */
export interface Method {
  readonly params: TSchema;
  readonly result: TSchema;
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
}

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
  #nextId = 1;
  #lastHeard: number;

  constructor(input: {
    readonly stream: Duplex;
    readonly theirs: Theirs;
    readonly ours: Ours;
    readonly handlers: Handlers<Ours>;
    readonly clock: Clock;
    readonly leaseMs: number;
    readonly logger: Logger;
  }) {
    const { stream, clock, leaseMs } = input;
    this.#stream = stream;
    this.#theirs = input.theirs;
    this.#ours = input.ours;
    this.#handlers = input.handlers;
    this.#logger = input.logger;
    this.#lastHeard = clock.monotonic();
    const stopBeats = clock.every(leaseMs / 5, () => this.#send({ beat: true }));
    const stopWatch = clock.every(leaseMs / 10, () => {
      if (clock.monotonic() - this.#lastHeard > leaseMs) this.end('lease expired');
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
      const id = this.#nextId++;
      this.#waiting.set(id, { name, resolve: resolve as (result: unknown) => void, reject });
      this.#send({ call: name, id, params: params as Json }, body);
    });
  }

  end(why: string): void {
    if (this.#ended.signal.aborted) return;
    this.#stopTimers();
    const reason = new LinkEnded(why);
    this.#ended.abort(reason);
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
    this.#stream.destroy();
  }

  #send(message: Json, body?: Buffer): void {
    if (!this.#ended.signal.aborted) this.#stream.write(encodeFrame(message, body));
  }

  #receive(chunk: Buffer, clock: Clock): void {
    this.#lastHeard = clock.monotonic();
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
    if ('call' in message) void this.#answer(message.call, message.id, message.params, frame.body);
    else if ('answer' in message) this.#settle(message.answer, (waiting) => this.#resolve(waiting, message.result));
    else if ('refused' in message) {
      const { code, kind, zh, en } = message.why;
      this.#settle(message.refused, ({ reject }) => reject(new Refusal(code, kind as RefusalKind, { zh, en })));
    }
  }

  #settle(id: number, act: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) throw new TypeError(`expected an answer to a question, got one to ${id}`);
    this.#waiting.delete(id);
    act(waiting);
  }

  #resolve({ name, resolve }: Waiting, result: unknown): void {
    const method = this.#theirs[name];
    if (method === undefined || !this.#validator(method.result).Check(result)) {
      throw new TypeError(`expected the answer of ${name}, got another shape`);
    }
    resolve(result);
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
      zh: '系统内部出错,操作未执行',
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
