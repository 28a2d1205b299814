// From client to target: each request is parsed, judged and written down, and only then passed on, as it came but under
// an id of ours. One that is refused is answered here; the target never hears of it.

import type { FileTerms } from '../../../store/core/channel-terms.ts';
import type { Sentence } from '../../../store/core/refusal.ts';
import { type Language, linesOf } from '../front/language.ts';
import { CopyProblem } from '../originals/copy-problem.ts';
import type { KeepFirst } from '../originals/keep-first.ts';
import type { FileLog } from '../session/file-log.ts';
import { named } from '../session/file-log.ts';
import type { Closings } from './closings.ts';
import type { HandleTable } from './handle-table.ts';
import { OpenHandle } from './open-handle.ts';
import type { Outbox } from './outbox.ts';
import type { FromClient, Outstanding } from './outstanding.ts';
import type { Packet } from './packet-reader.ts';
import type { Guarded, PathGuard } from './path-guard.ts';
import { isUnusable } from './paths.ts';
import { openFlags, STATUS } from './protocol.ts';
import { REFUSED, type Why } from './refused.ts';
import { encodeStatus, type Reply } from './reply.ts';
import { encodeRequest, parseRequest, type Request, type RequestOp } from './request.ts';
import { rightsFor } from './rights.ts';
import type { Budget } from './sequence-hash.ts';
import { subjectOf } from './subject.ts';

export interface RequestParts {
  readonly terms: FileTerms;
  readonly language: Language;
  readonly toTarget: Outbox;
  readonly toClient: Outbox;
  readonly outstanding: Outstanding;
  readonly handles: HandleTable;
  readonly closings: Closings;
  readonly guard: PathGuard;
  readonly originals: KeepFirst;
  /** On the way of errors: OpenSSH's client shows no words that come with a refusal. */
  readonly tell: (text: Sentence) => void;
  readonly log: FileLog;
  readonly budget: Budget;
}

type Of<Op extends RequestOp> = Request & { readonly op: Op };

/** The most that is asked for at once: the answer has to fit a packet. A server may always give less (section 6.4). */
const MOST_READ = 256 * 1024;

/** Written down one by one; what is not among them is summed up in what is written at the close. */
const NOT_ONE_BY_ONE: ReadonlySet<RequestOp> = new Set(['fstat', 'readdir', 'fstatvfs', 'limits']);
/** What goes on with files that are open. */
const GOES_ON: ReadonlySet<RequestOp> = new Set(['fstat', 'fsetstat', 'fsync', 'fstatvfs', 'readdir']);
/** What the evidence log hears of. */
const CHANGES: ReadonlySet<RequestOp> = new Set([
  'setstat',
  'lsetstat',
  'fsetstat',
  'mkdir',
  'remove',
  'rmdir',
  'rename',
  'posix-rename',
  'hardlink',
  'symlink',
  'copy-data',
]);

export class ClientRequests {
  readonly #parts: RequestParts;
  #over = false;

  constructor(parts: RequestParts) {
    this.#parts = parts;
  }

  /** From now on only what is open goes on. */
  finish(): void {
    this.#over = true;
  }

  /** A promise where the next packet has to wait for it. Throws SftpProblem, or rejects with what the recorder says. */
  take(packet: Packet): Promise<void> | undefined {
    const request = parseRequest(packet);
    switch (request.op) {
      case 'read':
        return this.#read(request, packet);
      case 'write':
        return this.#write(request, packet);
      case 'close':
        return this.#close(request, packet);
      case 'unknown':
        return this.#refuse(request, 'not-offered');
      default:
        return this.#judge(request, packet);
    }
  }

  #read(request: Of<'read'>, packet: Packet): undefined {
    const handle = this.#parts.handles.find(request.handle);
    if (handle === undefined) return this.#refuse(request, 'no-such-handle');
    const { offset } = request;
    const most = Math.min(request.length, MOST_READ);
    // Its last field.
    packet.whole().writeUInt32BE(most, packet.length - 4);
    handle.wantsFrom(offset);
    this.#pass(request, packet, (reply) => {
      if (reply.kind === 'data') handle.came(offset, reply.data, reply.length);
    });
  }

  #write(request: Of<'write'>, packet: Packet): undefined {
    const handle = this.#parts.handles.find(request.handle);
    if (handle === undefined) return this.#refuse(request, 'no-such-handle');
    const length = request.data.reduce((sum, piece) => sum + piece.length, 0);
    handle.goes(request.offset, request.data, length);
    this.#pass(request, packet, (reply) => {
      if (reply.kind === 'status' && reply.code === STATUS.ok) handle.written += length;
      else handle.spoil('write-failed');
    });
  }

  #close(request: Of<'close'>, packet: Packet): undefined {
    const { handles, closings } = this.#parts;
    const handle = handles.find(request.handle);
    if (handle === undefined) return this.#refuse(request, 'no-such-handle');
    handles.remove(request.handle);
    const closed = closings.begin(handle, request.handle);
    this.#pass(request, packet, closed, () => closed(undefined));
  }

  async #judge(request: Request, packet: Packet): Promise<void> {
    const { terms, guard, handles } = this.#parts;
    if (this.#over && !GOES_ON.has(request.op)) return this.#refuse(request, 'window.over');
    const missing = rightsFor(request).find((right) => !terms.rights.includes(right));
    if (missing !== undefined) return this.#refuse(request, `right.${missing}`);
    if (pathsOf(request).some(isUnusable)) return this.#refuse(request, 'path.unusable');
    if (handlesOf(request).some((handle) => handles.find(handle) === undefined)) {
      return this.#refuse(request, 'no-such-handle');
    }
    const guarded: Guarded = guard.active ? await guard.guard(request) : { request };
    if ('refused' in guarded) return this.#refuse(request, guarded.refused);
    const problem = await this.#notKept(guarded.request);
    if (problem !== undefined) return this.#refuse(request, 'original.not-kept', problem.sentence);
    if (isOpening(request) && !handles.reserve()) return this.#refuse(request, 'too-many-open');
    await this.#record(request, guarded, packet);
  }

  /** Undefined when what the request changes is in evidence. */
  async #notKept(request: Request): Promise<CopyProblem | undefined> {
    const { originals } = this.#parts;
    const { path } = this.#opens(request);
    if (!originals.concerns(request, path)) return undefined;
    try {
      await originals.before(request, path);
      return undefined;
    } catch (error) {
      if (error instanceof CopyProblem) return error;
      throw error;
    }
  }

  async #record(request: Request, guarded: Exclude<Guarded, { refused: Why }>, packet: Packet): Promise<void> {
    const { log } = this.#parts;
    const changed = guarded.request !== request;
    const send = (answered: FromClient['answered'], lost?: () => void) =>
      changed ? this.#send(guarded.request, answered, lost) : this.#pass(request, packet, answered, lost);
    if (NOT_ONE_BY_ONE.has(request.op)) return send(this.#uncounted(request));
    const n = log.next();
    const subject = subjectOf(request, { ...this.#opens(request), ...guarded });
    await log.asked(n, subject);
    if (isOpening(guarded.request)) return send(...this.#opening(n, guarded.request));
    this.#foresee(request);
    const told = CHANGES.has(request.op);
    send(
      (reply) => {
        const code = codeOf(reply);
        log.answered(n, code);
        if (told) log.changed(n, subject, code);
      },
      () => told && log.changed(n, subject, null),
    );
  }

  #opening(n: number, request: Of<'open'> | Of<'opendir'>): [FromClient['answered'], () => void] {
    const { log, handles, budget } = this.#parts;
    const isFile = request.op === 'open';
    const flags = isFile ? request.flags : 0;
    const told = (code: number | null) => isFile && log.opened(n, named(request.path), openFlags(flags), code);
    return [
      (reply) => {
        log.answered(n, codeOf(reply));
        told(codeOf(reply));
        if (reply.kind !== 'handle') return handles.came(NO_HANDLE, undefined);
        const path = Buffer.from(request.path);
        handles.came(reply.handle, new OpenHandle(n, isFile ? 'file' : 'folder', path, flags, budget));
      },
      () => told(null),
    ];
  }

  /** What a request does to files that are open. */
  #foresee(request: Request): void {
    const { handles } = this.#parts;
    if (request.op === 'fsetstat' && request.attrs.size !== undefined) {
      handles.find(request.handle)?.cut(request.attrs.size);
    }
    if (request.op === 'copy-data') handles.find(request.toHandle)?.spoil('copied');
  }

  #uncounted(request: Request): FromClient['answered'] {
    if (request.op !== 'readdir') return undefined;
    const handle = this.#parts.handles.find(request.handle);
    return (reply) => {
      if (handle !== undefined && reply.kind === 'name') handle.entries += reply.names.length;
    };
  }

  /** The opens a request is done to. */
  #opens(request: Request) {
    const { handles } = this.#parts;
    const [of, toOf] = handlesOf(request).map((handle) => handles.find(handle));
    return {
      ...(of && { of: of.n, path: of.path }),
      ...(toOf && { toOf: toOf.n, toPath: toOf.path }),
    };
  }

  #refuse(request: Request, why: Why, more?: Sentence): undefined {
    const { log, toClient, language, tell } = this.#parts;
    const { code, text } = REFUSED[why];
    const subject = subjectOf(request, this.#opens(request));
    const op = request.op === 'unknown' ? request.name : request.op;
    log.refused(log.next(), { ...subject, op }, code, why);
    const words = more === undefined ? text : { zh: `${text.zh}（${more.zh}）`, en: `${text.en} (${more.en})` };
    if (more !== undefined) tell(words);
    toClient.put([encodeStatus(request.id, code, linesOf(words, language).join(' / '))]);
  }

  /** As it came, but for its id. */
  #pass(request: Request, packet: Packet, answered?: FromClient['answered'], lost?: () => void): void {
    const { outstanding, toTarget } = this.#parts;
    const id = outstanding.add(questionOf(request, answered, lost));
    packet.head(ID_END).writeUInt32BE(id, ID_AT);
    toTarget.put(packet.pieces);
  }

  /** With the paths that were resolved. */
  #send(request: Request, answered: FromClient['answered'], lost?: () => void): void {
    const { outstanding, toTarget } = this.#parts;
    toTarget.put([encodeRequest(outstanding.add(questionOf(request, answered, lost)), request)]);
  }
}

const NO_HANDLE = Buffer.alloc(0);
const ID_AT = 5;
const ID_END = 9;

function questionOf({ id, op }: Request, answered: FromClient['answered'], lost: (() => void) | undefined): FromClient {
  return { by: 'client', id, op, ...(answered && { answered }), ...(lost && { lost }) };
}

function isOpening(request: Request): request is Of<'open'> | Of<'opendir'> {
  return request.op === 'open' || request.op === 'opendir';
}

function pathsOf(request: Request): readonly Buffer[] {
  const path = 'path' in request ? [request.path] : [];
  return 'to' in request ? [...path, request.to] : path;
}

function handlesOf(request: Request): readonly Buffer[] {
  const handle = 'handle' in request ? [request.handle] : [];
  return 'toHandle' in request ? [...handle, request.toHandle] : handle;
}

function codeOf(reply: Reply): number {
  return reply.kind === 'status' ? reply.code : STATUS.ok;
}
