// What the web server needs of the gateway, in its own words: web terminals and host keys. Implemented in bastion/,
// which stands to the left and may know both sides.

import type { AuthenticatedUser } from '../identity/login/authenticated-user.ts';
import type { FreshFactor } from '../identity/login/fresh-factor.ts';
import type { Sentence } from '../store/core/refusal.ts';

export interface TerminalRequest {
  readonly ticketId: string;
  readonly targetAccountId: string;
  readonly columns: number;
  readonly rows: number;
}

/** The browser's end of one terminal. */
export interface TerminalBrowser {
  /** Resolves when the browser has taken the bytes, so that a slow one slows the target down. */
  output(bytes: Buffer): Promise<void>;
  opened(session: string, closesAt: number): void;
  /** The window ends at another time than was said before. */
  window(closesAt: number): void;
  notice(text: Sentence): void;
  /** The last thing a browser hears. */
  ended(end: { readonly reason: string; readonly text: Sentence; readonly exitStatus: number | null }): void;
}

export interface Terminal {
  /** Resolves when there is room for more. */
  input(bytes: Buffer): Promise<void>;
  resize(columns: number, rows: number): void;
  /** The browser is gone. */
  close(): void;
}

export interface TerminalGateway {
  /** Spends the fresh factor; whatever follows, a refusal included, is told through `browser`. */
  open(user: AuthenticatedUser, fresh: FreshFactor, request: TerminalRequest, browser: TerminalBrowser): Terminal;
}

export interface HostKeyScanner {
  /** `algorithm base64`; throws `target.not-reached`. */
  scan(host: string, port: number): Promise<string>;
}
