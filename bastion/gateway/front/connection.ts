// One SSH connection from a vendor engineer: its login, then its channels, and how long it is kept without any.

import type { Socket } from 'node:net';
import type { Connection } from 'ssh2';
import type { Clock } from '../../../store/core/clock.ts';
import type { Logger } from '../../../store/core/logger.ts';
import type { ToController } from '../../link/approved-channel.ts';
import { guardWindow, MOST_UNREAD } from '../channel-window.ts';
import { keepAlive, type SilenceLimits } from '../keep-alive.ts';
import { type KeyLimits, KeyRenewal } from '../key-renewal.ts';
import type { Sessions } from '../session/sessions.ts';
import { guardUnsent } from '../unsent.ts';
import { showBanner } from './banner.ts';
import { serveChannel } from './channel.ts';
import { ConnectionUse } from './connection-use.ts';
import { Forwarding } from './forwarding.ts';
import { SshLogin } from './login.ts';
import { FULL, refuseNotOffered } from './not-offered.ts';
import { refuseOpening } from './opening.ts';

export interface ConnectionParts {
  readonly controller: ToController;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly keyLimits: KeyLimits;
  readonly silence: SilenceLimits;
  /** How long a session may be idle. */
  readonly idleMs: number;
  /** What the client calls itself (RFC 4253 section 4.2). */
  readonly software: string;
  /** Called when a first factor was accepted. */
  readonly known: () => void;
  /** How long somebody may take to sign in, or to choose from a menu. */
  readonly graceMs: number;
}

/** How long a client may take to close its side when it was told that the connection is over. */
const HANG_UP_MS = 2000;

export function serveConnection(connection: Connection, socket: Socket, source: string, parts: ConnectionParts): void {
  const { controller, clock, logger } = parts;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const destroySoon = (): void => {
    const cancel = clock.after(HANG_UP_MS, () => socket.destroy());
    void closed.then(cancel);
  };
  const hangUp = (): void => {
    connection.end();
    destroySoon();
  };
  const login = new SshLogin({
    controller,
    source,
    logger,
    giveUp: hangUp,
    tell: (text) => showBanner(connection, text),
    known: parts.known,
  });
  const use = new ConnectionUse({ clock, idleMs: parts.idleMs, leave: hangUp });
  connection.on('error', (error: Error) => {
    logger.info('ssh.error', { source, message: error.message });
    hangUp();
  });
  // After a breach of the protocol ssh2 closes its half and no more; a client that keeps the other would stay for ever.
  socket.once('finish', destroySoon);
  connection.on('authentication', (context) => login.handle(context));
  connection.once('ready', () => use.wait());
  const notOffered = refuseNotOffered(connection, controller, () => login.signedIn?.login);
  guardWindow(
    socket,
    MOST_UNREAD,
    () => use.streams(),
    () => logger.warn('ssh.window-overrun', { source }),
  );
  const drop = (why: string): void => logger.warn('ssh.dropped', { source, why });
  guardUnsent(
    socket,
    () => login.signedIn !== undefined,
    () => drop('does-not-read'),
  );
  keepAlive(connection, socket, clock, parts.silence, () => drop('silent'));
  const keys = new KeyRenewal({
    connection,
    socket,
    clock,
    limits: parts.keyLimits,
    onDrop: drop,
  });
  const forwards = new Forwarding({ ...parts, connection, socket, keys, closed, notOffered });
  connection.on('tcpip', (accept, reject, info) => {
    const { signedIn } = login;
    const place = signedIn && use.take('forward');
    if (signedIn === undefined || place === undefined) return refuseOpening(connection, reject, 'shortage', FULL);
    void forwards.serve({ accept, reject, info, signedIn, started: place.started }).finally(place.end);
  });
  connection.on('session', (accept, reject) => {
    const { signedIn } = login;
    const place = signedIn && use.take('session');
    if (signedIn === undefined || place === undefined) return refuseOpening(connection, reject, 'shortage', FULL);
    const { started, end } = place;
    void serveChannel(accept(), { ...parts, signedIn, socket, keys, closed, notOffered, started }).finally(end);
  });
  void closed.then(() => {
    use.close();
    return login.end();
  });
}
