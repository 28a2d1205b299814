// One SSH connection from a vendor engineer: its login, then its channels. What is not offered is refused by ssh2
// itself, because nothing here listens for it: sftp, forwarding, agent, X11.

import type { Socket } from 'node:net';
import type { Connection, PseudoTtyInfo, ServerChannel, Session as SshSession } from 'ssh2';
import type { Clock } from '../../../store/core/clock.ts';
import type { Logger } from '../../../store/core/logger.ts';
import type { ToController } from '../../link/approved-channel.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Pty, TerminalSize } from '../session/sides.ts';
import { languageOf } from './language.ts';
import { type SignedIn, SshLogin } from './login.ts';
import { sshClientSide } from './ssh-client-side.ts';

export interface ConnectionParts {
  readonly controller: ToController;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Variables a client may set on the target: what decides language and time, nothing that decides which code runs. */
const ENV_ALLOWED = /^(LANG|LANGUAGE|LC_[A-Z]+|TZ|COLORTERM|NO_COLOR)$/;
const ENV_MAX_VALUE = 256;
const ENV_MAX_COUNT = 32;
/** Channels one connection may have open at the same time. */
const MAX_CHANNELS = 10;

export function serveConnection(connection: Connection, socket: Socket, source: string, parts: ConnectionParts): void {
  const { controller, clock, logger } = parts;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const giveUp = (): void => void connection.end();
  const login = new SshLogin({ controller, source, logger, giveUp });
  let channels = 0;
  connection.on('error', (error: Error) => logger.info('ssh.error', { source, message: error.message }));
  connection.on('authentication', (context) => login.handle(context));
  connection.on('session', (accept, reject) => {
    const signedIn = login.signedIn;
    if (signedIn === undefined || channels >= MAX_CHANNELS) {
      reject();
      return;
    }
    channels += 1;
    serveChannel(accept(), { ...parts, signedIn, socket, closed }).finally(() => {
      channels -= 1;
      // Nothing else to do here: the next opening takes a fresh second factor, so the connection has served its turn.
      if (channels === 0) clock.after(LINGER_MS, () => channels === 0 && connection.end());
    });
  });
  void closed.then(() => login.end());
}

/** How long a connection without a channel is kept, for clients that open the next one right away. */
const LINGER_MS = 2000;

interface ChannelParts extends ConnectionParts {
  readonly signedIn: SignedIn;
  readonly socket: Socket;
  readonly closed: Promise<void>;
}

/** Resolves when the channel's session is over, or the client left without asking for one. */
function serveChannel(session: SshSession, parts: ChannelParts): Promise<void> {
  const env: Record<string, string> = {};
  const resized = new Set<(size: TerminalSize) => void>();
  const signalled = new Set<(name: string) => void>();
  let pty: Pty | null = null;
  session.on('env', (accept, reject, { key, val }) => {
    const taken = ENV_ALLOWED.test(key) && val.length <= ENV_MAX_VALUE && Object.keys(env).length < ENV_MAX_COUNT;
    if (taken) env[key] = val;
    answer(taken, accept, reject);
  });
  session.on('pty', (accept, reject, info) => {
    pty = ptyOf(info);
    answer(true, accept, reject);
  });
  session.on('window-change', (accept, _reject, info) => {
    answer(true, accept, undefined);
    for (const listener of resized) listener(sizeOf(info));
  });
  session.on('signal', (accept, _reject, { name }) => {
    answer(true, accept, undefined);
    for (const listener of signalled) listener(name);
  });
  return new Promise((resolve) => {
    // The channel is accepted before the gate is asked: input that follows at once would otherwise be lost. Nothing
    // is done with it until the gate has said yes; a no is told on the channel itself.
    const open = (channel: ServerChannel | undefined, kind: 'shell' | 'exec', command: string | null): void => {
      if (channel === undefined) {
        resolve();
        return;
      }
      const client = sshClientSide({
        channel,
        socket: parts.socket,
        terminal: pty !== null,
        language: languageOf(env),
        onResize: (listener) => resized.add(listener),
        onSignal: (listener) => signalled.add(listener),
        connectionClosed: parts.closed,
      });
      const { login, userName } = parts.signedIn;
      const selector = { by: 'names', login: userName.login, target: userName.target } as const;
      const question = { login, kind, selector, command };
      void parts.sessions.open(question, { kind, command, pty, env }, client).finally(resolve);
    };
    session.once('shell', (accept) => open(accept(), 'shell', null));
    session.once('exec', (accept, _reject, { command }) => open(accept(), 'exec', command));
    session.once('close', () => resolve());
    void parts.closed.then(resolve);
  });
}

// ssh2 gives the two functions only where the client wants an answer.
function answer(yes: boolean, accept: (() => void) | undefined, reject: (() => void) | undefined): void {
  if (yes) accept?.();
  else reject?.();
}

const MAX_CELLS = 1000;

function sizeOf(info: { cols: number; rows: number; width: number; height: number }): TerminalSize {
  const clamp = (cells: number, least: number) => Math.min(Math.max(cells, least), MAX_CELLS);
  return {
    columns: clamp(info.cols, 1),
    rows: clamp(info.rows, 1),
    width: info.width & 0xffff,
    height: info.height & 0xffff,
  };
}

function ptyOf(info: PseudoTtyInfo & { term?: string }): Pty {
  const term = /^[A-Za-z0-9+._-]{1,64}$/.test(info.term ?? '') ? (info.term ?? '') : 'vt100';
  return { ...sizeOf(info), term, modes: { ...info.modes } };
}
