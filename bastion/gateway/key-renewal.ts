// New keys for a connection, either leg, before the old ones have carried too much (RFC 4253 section 9). ssh2 never asks for
// them, and while they are exchanged it queues whatever is sent, without a bound, for as long as the other side likes.
// So: whoever sends a lot waits for the exchange to end, the queue has a limit, and the other side has a time to answer.

import type { Socket } from 'node:net';
import type { Client, Connection } from 'ssh2';
import type { Cancel, Clock } from '../../store/core/clock.ts';

export interface KeyLimits {
  /** Bytes of one direction after which keys are renewed. */
  readonly bytes: number;
  /** Time after which keys are renewed, in milliseconds. */
  readonly ms: number;
  /** How long an exchange may take once something waits for it, in milliseconds. */
  readonly answerMs: number;
}

export const KEY_LIMITS: KeyLimits = { bytes: 1024 ** 3, ms: 3_600_000, answerMs: 30_000 };

/** What may wait for the end of an exchange: the windows' worth that was on its way when it began, and requests. */
const MOST_QUEUED_BYTES = 4 * 1024 * 1024;
const MOST_QUEUED_PACKETS = 8192;

/** What ssh2 does not show; the meaning belongs to the pinned files, see ssh2/README. */
interface Protocol {
  /** Our KEXINIT from when it is sent until the exchange is over. */
  readonly _kexinit: unknown;
  _afterSend: ((bytes: number) => void) | undefined;
  rekey(): void;
}

export interface KeyRenewalParts {
  /** A client has its protocol only once it connects. */
  readonly connection: Connection | Client;
  readonly socket: Socket;
  readonly clock: Clock;
  readonly limits: KeyLimits;
  /** Hears why the socket was destroyed. */
  readonly onDrop?: (why: 'key-exchange-unanswered' | 'key-exchange-flooded') => void;
}

export class KeyRenewal {
  readonly #parts: KeyRenewalParts;
  readonly #protocol: Protocol;
  readonly #over: Promise<void>;
  #sent = 0;
  #receivedBefore: number;
  #queued = { bytes: 0, packets: 0 };
  #asked = false;
  /** While something waits for an exchange. */
  #exchange: PromiseWithResolvers<void> | undefined;
  #cancelAnswer: Cancel = () => {};
  #cancelAge: Cancel = () => {};

  constructor(parts: KeyRenewalParts) {
    this.#parts = parts;
    const { connection, socket } = parts;
    this.#protocol = (connection as unknown as { readonly _protocol: Protocol })._protocol;
    this.#receivedBefore = socket.bytesRead;
    this.#over = new Promise((resolve) => {
      if (socket.destroyed) resolve();
      else socket.once('close', () => resolve());
    });
    void this.#over.then(() => this.#stop());
    (connection as Connection).on('handshake', () => this.#renewed());
    // Before the login there is nothing that fills a key, and clients that expect no exchange there.
    connection.once('ready', () => {
      this.#protocol._afterSend = (bytes) => this.#afterSend(bytes);
      this.#age();
    });
  }

  /** A promise while keys are exchanged: nothing should be sent that can wait. */
  pressure(): Promise<void> | undefined {
    if (this.#protocol._kexinit === undefined || this.#parts.socket.destroyed) return undefined;
    return this.#waiting().promise;
  }

  #afterSend(bytes: number): void {
    if (this.#protocol._kexinit === undefined) {
      this.#sent += bytes;
      const received = this.#parts.socket.bytesRead - this.#receivedBefore;
      if (Math.max(this.#sent, received) >= this.#parts.limits.bytes) this.#ask();
      return;
    }
    this.#waiting();
    this.#queued.bytes += bytes;
    this.#queued.packets += 1;
    const { bytes: queuedBytes, packets } = this.#queued;
    if (queuedBytes > MOST_QUEUED_BYTES || packets > MOST_QUEUED_PACKETS) this.#drop('key-exchange-flooded');
  }

  // Never from inside a send: after an exchange ssh2 sends its queue in one go, and a new exchange begun in the middle of it
  // would take the rest for packets of another shape.
  #ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    setImmediate(() => {
      if (this.#parts.socket.destroyed) return;
      this.#protocol.rekey();
      this.#waiting();
    });
  }

  #waiting(): PromiseWithResolvers<void> {
    if (this.#exchange === undefined) {
      this.#exchange = Promise.withResolvers();
      const { clock, limits } = this.#parts;
      this.#cancelAnswer = clock.after(limits.answerMs, () => this.#drop('key-exchange-unanswered'));
    }
    return this.#exchange;
  }

  #renewed(): void {
    this.#sent = 0;
    this.#receivedBefore = this.#parts.socket.bytesRead;
    this.#queued = { bytes: 0, packets: 0 };
    this.#asked = false;
    this.#cancelAnswer();
    this.#exchange?.resolve();
    this.#exchange = undefined;
    if (this.#protocol._afterSend !== undefined) this.#age();
  }

  #age(): void {
    this.#cancelAge();
    this.#cancelAge = this.#parts.clock.after(this.#parts.limits.ms, () => this.#ask());
  }

  #drop(why: 'key-exchange-unanswered' | 'key-exchange-flooded'): void {
    if (this.#parts.socket.destroyed) return;
    this.#parts.onDrop?.(why);
    this.#parts.socket.destroy();
  }

  #stop(): void {
    this.#cancelAge();
    this.#cancelAnswer();
    this.#exchange?.resolve();
  }
}
