// Requests the target owes an answer to: the client's and our own. Every request goes out under an id of ours, so that
// whatever ids a client chooses, nothing collides and every answer belongs to exactly one question.

import type { Reply, ReplyKind } from './reply.ts';
import { type Asked, encodeRequest, type RequestOp } from './request.ts';
import { SftpProblem } from './sftp-problem.ts';

/** One request of the client that was passed on. */
export interface FromClient {
  readonly by: 'client';
  /** The client's own id for it. */
  readonly id: number;
  readonly op: RequestOp;
  /** Hears the answer before the client does. */
  readonly answered?: (reply: Reply) => void;
  /** No answer will come. */
  readonly lost?: () => void;
}

interface Own {
  readonly by: 'us';
  readonly op: RequestOp;
  readonly resolve: (reply: Reply | undefined) => void;
}

/** How many a client may be ahead of its answers; it is not read from until some came. */
export const MOST_OUTSTANDING = 2048;

export class Outstanding {
  readonly #send: (packet: Buffer) => void;
  readonly #questions = new Map<number, FromClient | Own>();
  #last = 0;
  #over = false;

  constructor(send: (packet: Buffer) => void) {
    this.#send = send;
  }

  get size(): number {
    return this.#questions.size;
  }

  /** The id under which the client's request goes out. */
  add(question: FromClient): number {
    const id = this.#newId();
    this.#questions.set(id, question);
    return id;
  }

  /** Asks the target something ourselves; undefined when the session is over before it answers. */
  ask(asked: Asked): Promise<Reply | undefined> {
    if (this.#over) return Promise.resolve(undefined);
    const id = this.#newId();
    return new Promise((resolve) => {
      this.#questions.set(id, { by: 'us', op: asked.op, resolve });
      this.#send(encodeRequest(id, asked));
    });
  }

  /** The question an answer belongs to; undefined where it was ours. Throws SftpProblem for an answer to nothing. */
  settle(reply: Reply): FromClient | undefined {
    const question = this.#questions.get(reply.id);
    if (question === undefined) throw new SftpProblem('target', 'expected an answer to something that was asked');
    if (reply.kind !== 'status' && reply.kind !== answerOf(question.op)) {
      throw new SftpProblem('target', `expected another answer to ${question.op}, got ${reply.kind}`);
    }
    this.#questions.delete(reply.id);
    if (question.by === 'client') return question;
    question.resolve(reply);
    return undefined;
  }

  /** Nothing will be answered any more. */
  abandon(): void {
    this.#over = true;
    const questions = [...this.#questions.values()];
    this.#questions.clear();
    for (const question of questions) {
      if (question.by === 'us') question.resolve(undefined);
      else question.lost?.();
    }
  }

  #newId(): number {
    do this.#last = (this.#last + 1) >>> 0;
    while (this.#questions.has(this.#last));
    return this.#last;
  }
}

function answerOf(op: RequestOp): ReplyKind {
  switch (op) {
    case 'open':
    case 'opendir':
      return 'handle';
    case 'read':
      return 'data';
    case 'readdir':
    case 'realpath':
    case 'readlink':
    case 'expand-path':
    case 'home-directory':
      return 'name';
    case 'stat':
    case 'lstat':
    case 'fstat':
      return 'attrs';
    case 'statvfs':
    case 'fstatvfs':
    case 'limits':
    case 'users-groups-by-id':
      return 'extended-reply';
    default:
      return 'status';
  }
}
