// The file records of an old scp: what ScpStream hears, written down as sftp's files are. The streams themselves are
// recorded as every command's.

import { createHash, type Hash } from 'node:crypto';
import type { Subject } from '../../../recordings/format/file-operation.ts';
import { type FileLog, named } from '../session/file-log.ts';
import { STATUS } from '../sftp/protocol.ts';
import { Ranges } from '../sftp/ranges.ts';
import { type ScpEvent, ScpStream } from './scp-stream.ts';

/** From the target's point of view. */
export type ScpRole = 'send' | 'receive';

interface Entry {
  readonly n: number;
  readonly subject: Subject;
  readonly file: boolean;
  readonly ranges: Ranges;
  readonly hash: Hash;
  size: number;
  bytes: number;
  whole: boolean;
}

export class ScpRecord {
  readonly #log: FileLog;
  readonly #role: ScpRole;
  readonly #stream = new ScpStream((event) => this.#hear(event));
  #entry: Entry | undefined;
  /** Being written down: what was heard last may not be passed on before. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(log: FileLog, role: ScpRole) {
    this.#log = log;
    this.#role = role;
  }

  /** From the client; resolves when what it says is written down. */
  fromClient(bytes: Buffer): Promise<unknown> {
    return this.#said(this.#role === 'receive' ? () => this.#stream.source(bytes) : () => this.#stream.sink(bytes));
  }

  fromTarget(bytes: Buffer): Promise<unknown> {
    return this.#said(this.#role === 'receive' ? () => this.#stream.sink(bytes) : () => this.#stream.source(bytes));
  }

  /** Both sides are closed: a file under way is incomplete. Never rejects. */
  async settle(): Promise<void> {
    if (this.#entry?.file === true) this.#close(this.#entry, false, 'incomplete');
    await this.#log.settle();
  }

  #said(say: () => void): Promise<unknown> {
    say();
    const writing = this.#writing;
    this.#writing = Promise.resolve();
    const pressure = this.#log.pressure();
    return pressure === undefined ? writing : Promise.all([writing, pressure]);
  }

  #hear(event: ScpEvent): void {
    switch (event.kind) {
      case 'file':
      case 'folder':
        this.#asked(event);
        return;
      case 'taken':
        this.#taken(event.yes);
        return;
      case 'data':
        this.#moved(event.bytes);
        return;
      case 'sent':
        if (this.#entry !== undefined) this.#entry.whole = event.whole;
        return;
      case 'kept': {
        const entry = this.#entry;
        if (entry === undefined) return;
        const why = entry.whole ? null : 'sender-failed';
        this.#close(entry, true, event.yes ? why : 'write-failed');
        return;
      }
      case 'not-understood':
        this.#lost(event.why);
        return;
    }
  }

  #asked(event: Extract<ScpEvent, { readonly kind: 'file' | 'folder' }>): void {
    const { mode, times } = event;
    const file = event.kind === 'file';
    const subject: Subject = {
      op: file ? `scp-${this.#role}` : this.#role === 'receive' ? 'mkdir' : 'opendir',
      path: named(event.path),
      attrs: { mode, ...times, ...(event.kind === 'file' && { size: event.size }) },
    };
    const n = this.#log.next();
    const size = event.kind === 'file' ? event.size : 0;
    const [ranges, hash] = [new Ranges(), createHash('sha256')];
    this.#entry = { n, subject, file, ranges, hash, size, bytes: 0, whole: false };
    this.#write(this.#log.asked(n, subject));
  }

  #taken(yes: boolean): void {
    const entry = this.#entry;
    if (entry?.subject.path === undefined) return;
    const { n, subject, file } = entry;
    const code = yes ? STATUS.ok : STATUS.failure;
    this.#log.answered(n, code);
    if (file) this.#log.opened(n, entry.subject.path, [this.#role === 'receive' ? 'write' : 'read'], code);
    else if (this.#role === 'receive') this.#log.changed(n, subject, code);
    if (!file || !yes) this.#entry = undefined;
  }

  #moved(bytes: Buffer): void {
    const entry = this.#entry;
    if (entry === undefined) return;
    entry.hash.update(bytes);
    entry.ranges.add(entry.bytes, bytes.length);
    entry.bytes += bytes.length;
    if (entry.ranges.due) this.#write(this.#writeRanges(entry));
  }

  #close(entry: Entry, complete: boolean, why: string | null): void {
    this.#entry = undefined;
    this.#write(this.#writeRanges(entry));
    const { n, subject, bytes, hash, size } = entry;
    const [read, written] = this.#role === 'send' ? [bytes, 0] : [0, bytes];
    this.#log.closed(n, subject.path, {
      complete,
      read,
      written,
      entries: 0,
      size: complete ? size : null,
      hashed: why === null ? 'in-flight' : 'none',
      sha256: why === null ? hash.digest('hex') : null,
      from: 0,
      bytes: why === null ? bytes : 0,
      why,
    });
  }

  #lost(why: string): void {
    if (this.#entry?.file === true) this.#close(this.#entry, false, 'not-understood');
    this.#entry = undefined;
    this.#log.notUnderstood(why);
  }

  #writeRanges({ n, ranges }: Entry): Promise<void> {
    return this.#log.moved(n, this.#role === 'send' ? 'read' : 'written', ranges.take());
  }

  #write(writing: Promise<void>): void {
    // Whoever waits for it hears of a failure; until then it is nobody's.
    writing.catch(() => undefined);
    this.#writing = Promise.all([this.#writing, writing]);
    this.#writing.catch(() => undefined);
  }
}
