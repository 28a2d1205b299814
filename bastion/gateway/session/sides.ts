// The two ends a session stands between. A session knows nothing of SSH or of browsers: whoever plugs in a client
// side gets the same gate, the same recorder and the same closing.

import type { Readable, Writable } from 'node:stream';
import type { Sentence } from '../../../store/core/refusal.ts';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
  /** Pixels; 0 where unknown. */
  readonly width: number;
  readonly height: number;
}

export interface Pty extends TerminalSize {
  /** The value of TERM. */
  readonly term: string;
  /** Terminal modes by name or opcode (RFC 4254 section 8). */
  readonly modes: Readonly<Record<string, number | undefined>>;
}

/** How the program on the target ended (RFC 4254 section 6.10). */
export type Exit =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'signal'; readonly signal: string; readonly coreDumped: boolean; readonly description: string }
  /** A forwarded connection, which is no program: it was closed in good order. */
  | { readonly kind: 'closed' };

export interface ClientSide {
  /** What the person types or pipes in; ends when they close their side. */
  readonly input: Readable;
  readonly output: Writable;
  readonly errorOutput: Writable;
  /** A promise while the network below is too far behind to take more; undefined when it may go on. */
  pressure(): Promise<void> | undefined;
  onResize(listener: (size: TerminalSize) => void): void;
  onSignal(listener: (name: string) => void): void;
  /** What an SSH client calls itself (RFC 4253 section 4.2): it may say anything. */
  readonly software?: string;
  /** Resolves when the client's end is gone, however it went. */
  readonly closed: Promise<void>;
  /** The session is live: the target is connected and recording runs. */
  opened(session: string, remainingMs: number): void;
  /** The target has said everything, and what comes from the client still goes on: forwarded connections only. */
  outputEnded(): void;
  /** A line from Sluice itself, apart from the target's bytes. */
  tell(text: Sentence): void;
  /** The same for whoever waits for the session to open: without a terminal it goes where errors do. */
  inform(text: Sentence): void;
  /** Tells how it ended, then closes in good order: what was written still arrives. */
  finish(end: { readonly exit: Exit; readonly reason: string; readonly text: Sentence | undefined }): void;
  /** Closes at once, whatever is still queued. */
  destroy(): void;
}

export interface TargetSide {
  readonly input: Writable;
  readonly output: Readable;
  /** Absent where a terminal joins the two. */
  readonly errorOutput: Readable;
  pressure(): Promise<void> | undefined;
  resize(size: TerminalSize): void;
  signal(name: string): void;
  /** Resolves when the program ended, undefined when the connection went without saying how. */
  readonly exit: Promise<Exit | undefined>;
  /** Resolves when the TCP connection to the target is closed. */
  readonly closed: Promise<void>;
  destroy(): void;
}
