// One sftp session: bytes from client to target and back, with the packets read in passing. It holds what both
// directions share, writes down what moved at least every second, and settles everything before the record is sealed.

import type { Readable } from 'node:stream';
import type { FileTerms } from '../../../store/core/channel-terms.ts';
import type { Clock } from '../../../store/core/clock.ts';
import type { Language } from '../front/language.ts';
import { KeepFirst, type KeepParts } from '../originals/keep-first.ts';
import { Chunks } from '../proxy/chunks.ts';
import { orAborted } from '../proxy/or-aborted.ts';
import type { FileLog } from '../session/file-log.ts';
import type { ClientSide, TargetSide } from '../session/sides.ts';
import type { Valve } from '../session/valve.ts';
import { ClientRequests } from './client-requests.ts';
import { Closings } from './closings.ts';
import { packetBytes, u32 } from './fields.ts';
import { HandleTable } from './handle-table.ts';
import { Outbox } from './outbox.ts';
import { MOST_OUTSTANDING, Outstanding } from './outstanding.ts';
import { type Packet, PacketReader } from './packet-reader.ts';
import { type Ask, PathGuard } from './path-guard.ts';
import { REQUEST_TYPES, VERSION } from './protocol.ts';
import { parseInit } from './request.ts';
import { Budget } from './sequence-hash.ts';
import { namesLinkFirst, targetFirst } from './symlink-order.ts';
import { TargetReplies } from './target-replies.ts';

export interface SftpRelayParts {
  readonly client: Pick<ClientSide, 'input' | 'output' | 'pressure' | 'software' | 'tell'>;
  readonly target: Pick<TargetSide, 'input' | 'output' | 'pressure'>;
  readonly terms: FileTerms;
  readonly language: Language;
  readonly log: FileLog;
  readonly originals: Omit<KeepParts, 'ask' | 'clock'>;
  readonly clock: Clock;
  /** While it is shut no packet is sent either way. */
  readonly valve: Valve;
  /** Fires when the session ends. */
  readonly signal: AbortSignal;
  /** Something moved. */
  readonly touch: () => void;
}

/** What moved is written down at least this often. */
const WRITE_DOWN_MS = 1000;
/** How long reading back may go on after the client has said that it wants nothing more. */
const READ_BACK_MS = 60_000;
/** Bytes that may wait to be put in order, of all files of a session. */
const REORDER_BYTES = 8 * 1024 * 1024;

export class SftpRelay {
  readonly #parts: SftpRelayParts;
  readonly #toTarget: Outbox;
  readonly #toClient: Outbox;
  readonly #outstanding: Outstanding;
  readonly #handles = new HandleTable();
  readonly #closings: Closings;
  readonly #requests: ClientRequests;
  readonly #replies: TargetReplies;
  /** The window is over: hears when nothing is under way any more. */
  #done: (() => void) | undefined;
  readonly #originals: KeepFirst;
  /** Answers came: a client that ran ahead may go on. */
  #fewer = Promise.withResolvers<void>();

  constructor(parts: SftpRelayParts) {
    const { client, target, terms, log, signal, language, valve, clock } = parts;
    this.#parts = parts;
    this.#toTarget = new Outbox({ to: target.input, pressure: () => target.pressure(), valve, signal });
    this.#toClient = new Outbox({ to: client.output, pressure: () => client.pressure(), valve, signal });
    this.#outstanding = new Outstanding((packet) => this.#toTarget.put([packet]));
    const ask: Ask = (asked) => this.#outstanding.ask(asked);
    this.#closings = new Closings(ask, log);
    this.#originals = new KeepFirst({ ...parts.originals, ask, clock });
    this.#requests = new ClientRequests({
      terms,
      language,
      log,
      toTarget: this.#toTarget,
      toClient: this.#toClient,
      outstanding: this.#outstanding,
      handles: this.#handles,
      closings: this.#closings,
      guard: new PathGuard(ask, terms),
      originals: this.#originals,
      tell: (text) => client.tell(text, 'always'),
      budget: new Budget(REORDER_BYTES),
    });
    this.#replies = new TargetReplies({ outstanding: this.#outstanding, toClient: this.#toClient, terms });
  }

  /** Resolves when the client has nothing more to ask and everything was passed on, or when the session ended. */
  async fromClient(): Promise<void> {
    const { client, target, clock, valve, signal } = this.#parts;
    const stop = clock.every(WRITE_DOWN_MS, () => void this.#writeDown(false).catch(() => undefined));
    try {
      await this.#readClient(client.input);
      if (signal.aborted) return;
      await this.#readBacks();
      await valve.opened(signal);
      await this.#room(this.#toTarget.room());
      if (!signal.aborted) target.input.end();
    } finally {
      stop();
    }
  }

  /** Resolves when the target has said everything, or when the session ended. */
  async fromTarget(): Promise<void> {
    const { target, signal, touch } = this.#parts;
    const chunks = new Chunks(target.output, signal);
    const reader = new PacketReader('target');
    for (;;) {
      const pieces = await chunks.next();
      if (pieces === undefined) return;
      touch();
      for (const packet of packetsOf(reader, pieces)) this.#replies.take(packet);
      this.#fewer.resolve();
      await this.#writeDown(true);
      await this.#room(this.#toClient.room());
      this.#lookDone();
    }
  }

  /** Nothing new begins any more; calls `done` when no file is open and every answer was passed on. */
  finish(done: () => void): void {
    this.#requests.finish();
    this.#done = done;
    this.#lookDone();
  }

  /** Both sides are closed: what is still open is written down as far as it came. Never rejects. */
  async settle(): Promise<void> {
    this.#closings.end();
    this.#outstanding.abandon();
    await this.#closings.settled();
    for (const handle of this.#handles.all()) this.#closings.cut(handle);
    this.#handles.clear();
    await this.#originals.settle();
    await this.#parts.log.settle();
  }

  #lookDone(): void {
    if (this.#handles.empty && this.#outstanding.size === 0) this.#done?.();
  }

  async #readClient(input: Readable): Promise<void> {
    const { signal, touch, log } = this.#parts;
    const chunks = new Chunks(input, signal);
    const reader = new PacketReader('client');
    const linkFirst = namesLinkFirst(this.#parts.client.software ?? '');
    let greeted = false;
    for (;;) {
      const pieces = await chunks.next();
      if (pieces === undefined) break;
      touch();
      for (const packet of packetsOf(reader, pieces)) {
        if (greeted) {
          const wait = this.#requests.take(linkFirst ? targetFirst(packet) : packet);
          if (wait !== undefined) await wait;
        } else {
          parseInit(packet);
          // Whatever a client knows besides, this is what is understood here.
          this.#toTarget.put([packetBytes(REQUEST_TYPES.init, u32(VERSION))]);
          greeted = true;
          // Whoever asks before that is answered after it.
          await this.#room(this.#replies.greeted);
        }
        if (signal.aborted) return;
      }
      await this.#writeDown(true);
      await this.#room(this.#toTarget.room());
      await this.#room(this.#toClient.room());
      await this.#room(log.pressure());
      while (this.#outstanding.size >= MOST_OUTSTANDING && !signal.aborted) {
        this.#fewer = Promise.withResolvers();
        await this.#room(this.#fewer.promise);
      }
    }
  }

  /** What moved, of every file that is open; with `due`, only where much has gathered. */
  async #writeDown(due: boolean): Promise<void> {
    const { log } = this.#parts;
    for (const { n, readRanges, writtenRanges } of this.#handles.all()) {
      if (!due || readRanges.due) await log.moved(n, 'read', readRanges.take());
      if (!due || writtenRanges.due) await log.moved(n, 'written', writtenRanges.take());
    }
  }

  async #readBacks(): Promise<void> {
    const { clock } = this.#parts;
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(READ_BACK_MS, resolve);
    });
    await this.#room(Promise.race([this.#closings.settled(), late]));
    cancel();
  }

  async #room(wait: Promise<void> | undefined): Promise<void> {
    if (wait !== undefined) await orAborted(wait, this.#parts.signal);
  }
}

function* packetsOf(reader: PacketReader, pieces: readonly Buffer[]): Generator<Packet> {
  for (const piece of pieces) yield* reader.push(piece);
}
