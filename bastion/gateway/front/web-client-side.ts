// The client's end of a session that came from the web terminal: its bytes cross the link to the controller, which
// holds the browser's socket. Back-pressure crosses as well: each piece of output is answered when it has been taken.

import { PassThrough, Writable } from 'node:stream';
import type { Sentence } from '../../../store/core/refusal.ts';
import type { ToController } from '../../link/approved-channel.ts';
import type { ClientSide, TerminalSize } from '../session/sides.ts';

export interface WebClient {
  readonly side: ClientSide;
  /** Bytes typed in the browser; resolves when there is room for more. */
  input(bytes: Buffer): Promise<void>;
  resize(columns: number, rows: number): void;
  /** The browser is gone. */
  leave(): void;
}

const PENDING_INPUT = 256 * 1024;

export function createWebClient(controller: ToController, terminal: string): WebClient {
  const input = new PassThrough({ highWaterMark: PENDING_INPUT });
  const output = outputOver(controller, terminal);
  const closed = Promise.withResolvers<void>();
  const resizeListeners = new Set<(size: TerminalSize) => void>();
  // The browser may be resized while the target is still being dialled.
  let latest: TerminalSize | undefined;
  const say = (promise: Promise<unknown>): void => void promise.catch(() => undefined);
  const notice = (text: Sentence): void => say(controller.call('terminal.notice', { terminal, text }));
  return {
    side: {
      input,
      output,
      errorOutput: output,
      pressure: () => undefined,
      onResize(listener) {
        resizeListeners.add(listener);
        if (latest !== undefined) listener(latest);
      },
      onSignal: () => {},
      closed: closed.promise,
      opened: (session, remainingMs) => say(controller.call('terminal.opened', { terminal, session, remainingMs })),
      window: (remainingMs) => say(controller.call('terminal.window', { terminal, remainingMs })),
      outputEnded: () => {},
      tell: notice,
      finish({ exit, reason, text }) {
        const exitStatus = exit.kind === 'status' ? exit.status : null;
        const words = text ?? { zh: '会话已结束。', en: 'the session has ended.' };
        const told = controller.call('terminal.ended', { terminal, reason, text: words, exitStatus });
        void told.catch(() => undefined).finally(() => closed.resolve());
      },
      destroy: () => closed.resolve(),
    },
    input(bytes) {
      // What the browser sent before it left may still arrive.
      if (input.writableEnded || input.destroyed || input.write(bytes)) return Promise.resolve();
      return Promise.race([new Promise<void>((resolve) => input.once('drain', resolve)), closed.promise]);
    },
    resize(columns, rows) {
      latest = { columns, rows, width: 0, height: 0 };
      for (const listener of resizeListeners) listener(latest);
    },
    leave() {
      input.end();
      closed.resolve();
    },
  };
}

function outputOver(controller: ToController, terminal: string): Writable {
  return new Writable({
    highWaterMark: 1,
    write(bytes: Buffer, _encoding, done) {
      controller.call('terminal.output', { terminal }, bytes).then(
        () => done(),
        () => done(),
      );
    },
  });
}
