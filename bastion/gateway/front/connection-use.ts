// How much of a connection is in use, and how long it is kept while nothing is.

import type { ServerChannel } from 'ssh2';
import type { Cancel, Clock } from '../../../store/core/clock.ts';

/** Channels one connection may have open at the same time, forwarded connections among them. */
const MAX_CHANNELS = 32;
/** Sessions one connection may open in its whole life: ssh2 keeps a trace of each that was opened and never used. */
const MAX_OPENED = 1000;
/**
 * How long a connection is kept after its last session: for clients that share one and open the next session soon. A
 * connection that has forwarded, or has not opened anything yet, is a tunnel (`ssh -N -L`): kept as an idle session is.
 */
const LINGER_MS = 60_000;

/** One channel's place on the connection. */
export interface Place {
  /** The stream, once the client has said what the channel is for. */
  started(channel: ServerChannel): void;
  end(): void;
}

export class ConnectionUse {
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #leave: () => void;
  readonly #streams = new Set<ServerChannel>();
  #open = 0;
  #sessions = 0;
  #forwarded = false;
  #closed = false;
  #stopWaiting: Cancel = () => {};

  /** `leave`: nothing is going on any more, or ever will. */
  constructor(parts: { readonly clock: Clock; readonly idleMs: number; readonly leave: () => void }) {
    this.#clock = parts.clock;
    this.#idleMs = parts.idleMs;
    this.#leave = parts.leave;
  }

  /** Streams of the channels that are open. */
  streams(): Iterable<ServerChannel> {
    return this.#streams;
  }

  /** Begins to count how long nothing is going on: somebody has signed in, or the last channel has ended. */
  wait(): void {
    this.#stopWaiting();
    if (this.#closed || this.#open > 0) return;
    const tunnel = this.#forwarded || this.#sessions === 0;
    this.#stopWaiting = this.#clock.after(tunnel ? this.#idleMs : LINGER_MS, this.#leave);
  }

  /** Undefined when there is no room. */
  take(kind: 'session' | 'forward'): Place | undefined {
    if (this.#open >= MAX_CHANNELS) return undefined;
    this.#stopWaiting();
    this.#open += 1;
    if (kind === 'forward') this.#forwarded = true;
    else this.#sessions += 1;
    if (this.#sessions > MAX_OPENED) this.#leave();
    let stream: ServerChannel | undefined;
    return {
      started: (channel) => {
        stream = channel;
        this.#streams.add(channel);
      },
      end: () => {
        this.#open -= 1;
        if (stream !== undefined) this.#streams.delete(stream);
        this.wait();
      },
    };
  }

  close(): void {
    this.#closed = true;
    this.#stopWaiting();
  }
}
