// One SSH connection from a vendor engineer: its login, then its channels. What is not offered is refused and told to the
// controller, once per connection and kind: forwarding, agent, X11, subsystems.

import type { Socket } from 'node:net';
import type { Connection, ServerChannel } from 'ssh2';
import type { Clock } from '../../../store/core/clock.ts';
import type { Logger } from '../../../store/core/logger.ts';
import type { ToController } from '../../link/approved-channel.ts';
import { guardWindow, MOST_UNREAD } from '../channel-window.ts';
import { type KeyLimits, KeyRenewal } from '../key-renewal.ts';
import type { Sessions } from '../session/sessions.ts';
import { showBanner } from './banner.ts';
import { serveChannel } from './channel.ts';
import { type SignedIn, SshLogin } from './login.ts';

export interface ConnectionParts {
  readonly controller: ToController;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly keyLimits: KeyLimits;
  /** Called when a first factor was accepted. */
  readonly known: () => void;
}

/** Channels one connection may have open at the same time. */
const MAX_CHANNELS = 10;
/** Channels one connection may open in its whole life. */
const MAX_OPENED = 1000;
/** How long a connection without a channel is kept, for clients that open the next one right away. */
const LINGER_MS = 2000;
/** The same for one that has not opened any: a client that shares connections signs in first and opens later. */
const FIRST_CHANNEL_MS = 60_000;
/** How long a client may take to close its side when it was told that the connection is over. */
const HANG_UP_MS = 2000;

export function serveConnection(connection: Connection, socket: Socket, source: string, parts: ConnectionParts): void {
  const { controller, clock, logger } = parts;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const hangUp = (): void => {
    connection.end();
    const cancel = clock.after(HANG_UP_MS, () => socket.destroy());
    void closed.then(cancel);
  };
  const login = new SshLogin({
    controller,
    source,
    logger,
    giveUp: hangUp,
    tell: (text) => showBanner(connection, text),
    known: parts.known,
  });
  const channels = new Set<ServerChannel | undefined>();
  let open = 0;
  let opened = 0;
  const leaveIdleAfter = (milliseconds: number): void => {
    const cancel = clock.after(milliseconds, () => open === 0 && hangUp());
    void closed.then(cancel);
  };
  connection.on('error', (error: Error) => logger.info('ssh.error', { source, message: error.message }));
  connection.on('authentication', (context) => login.handle(context));
  connection.once('ready', () => leaveIdleAfter(FIRST_CHANNEL_MS));
  const notOffered = notOfferedBy(connection, controller, () => login.signedIn);
  guardWindow(
    socket,
    MOST_UNREAD,
    () => [...channels].filter((channel) => channel !== undefined),
    () => logger.warn('ssh.window-overrun', { source }),
  );
  const keys = new KeyRenewal({
    connection,
    socket,
    clock,
    limits: parts.keyLimits,
    onDrop: (why) => logger.warn('ssh.dropped', { source, why }),
  });
  connection.on('session', (accept, reject) => {
    const signedIn = login.signedIn;
    if (signedIn === undefined || open >= MAX_CHANNELS) {
      reject();
      return;
    }
    open += 1;
    opened += 1;
    // ssh2 keeps a trace of every channel that was opened and never used, for as long as the connection lives.
    if (opened > MAX_OPENED) hangUp();
    let channel: ServerChannel | undefined;
    const started = (made: ServerChannel): void => {
      channel = made;
      channels.add(made);
    };
    void serveChannel(accept(), { ...parts, signedIn, socket, keys, closed, notOffered, started }).finally(() => {
      open -= 1;
      channels.delete(channel);
      // Nothing else to do here: the next opening takes a fresh second factor, so the connection has served its turn.
      if (open === 0) leaveIdleAfter(LINGER_MS);
    });
  });
  void closed.then(() => login.end());
}

/** Refuses what the connection itself may ask for; answers the function that tells the controller of more. */
function notOfferedBy(
  connection: Connection,
  controller: ToController,
  signedIn: () => SignedIn | undefined,
): (kind: string) => void {
  const told = new Set<string>();
  const tell = (kind: string): void => {
    const login = signedIn()?.login;
    if (login === undefined || told.has(kind)) return;
    told.add(kind);
    controller.call('channel.not-offered', { login, kind }).catch(() => undefined);
  };
  connection.on('tcpip', (_accept, reject) => {
    tell('direct-tcpip');
    reject();
  });
  connection.on('openssh.streamlocal', (_accept, reject) => {
    tell('direct-streamlocal');
    reject();
  });
  connection.on('request', (_accept, reject, name) => {
    tell(name);
    reject?.();
  });
  return tell;
}
