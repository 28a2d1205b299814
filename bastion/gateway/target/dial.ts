// Opens what a session is for on a connection to its target. Before that, whoever has to may read the target's files on
// the same connection: nothing of the session runs there until they are done.

import type { Socket } from 'node:net';
import type { Client, ClientChannel } from 'ssh2';
import type { OpenRecording } from '../../../recordings/write/open-recording.ts';
import { unreachable } from '../../../store/core/unreachable.ts';
import type { ApprovedChannel } from '../../link/approved-channel.ts';
import type { Grant } from '../../link/methods.ts';
import type { KeyRenewal } from '../key-renewal.ts';
import type { TargetStream } from '../originals/target-files.ts';
import type { Pty, TargetSide } from '../session/sides.ts';
import { asFailure, CONNECT_MS, type ConnectParts, createConnect, DialFailure } from './connect.ts';
import { openFiles } from './open-files.ts';
import { targetSide } from './target-side.ts';

/** How the program is to be started; what is started is the gate's word. */
export interface DialRequest {
  readonly pty: Pty | null;
  readonly env: Readonly<Record<string, string>>;
}

export interface HeldRequest extends DialRequest {
  /** Resolves when the program may be started: somebody may have left while the target was being connected. */
  readonly held: () => Promise<void>;
}

/** Done before the program is started; it is not, where this rejects. */
export type Before = (files: () => Promise<TargetStream>) => Promise<void>;

export type Dial = (
  approved: ApprovedChannel,
  recording: OpenRecording,
  request: HeldRequest,
  signal: AbortSignal,
  before?: Before,
) => Promise<TargetSide>;

type Opened = (error: Error | undefined, channel: ClientChannel) => void;

/** Rejects with DialFailure, or with what `before` rejects with. Aborting the signal closes the connection. */
export function createDial(parts: ConnectParts): Dial {
  const connect = createConnect(parts);
  return async (approved, recording, request, signal, before) => {
    const { client, socket, keys } = await connect(approved, recording, signal);
    const drop = () => socket.destroy();
    signal.addEventListener('abort', drop, { once: true });
    let cancel = () => {};
    try {
      signal.throwIfAborted();
      await before?.(() => openFiles(client, socket));
      // Somebody may have left while the target was being connected.
      await request.held();
      signal.throwIfAborted();
      cancel = parts.clock.after(CONNECT_MS, drop);
      const side = await openChannel(client, socket, keys, approved, request).catch((error: unknown) => {
        throw asFailure(error);
      });
      signal.throwIfAborted();
      return side;
    } catch (error) {
      drop();
      throw error;
    } finally {
      cancel();
      signal.removeEventListener('abort', drop);
    }
  };
}

// The side is made inside the callback: a short command's whole life, exit status included, may come in the same packet
// as the yes, and is told before any promise goes on.
function openChannel(
  client: Client,
  socket: Socket,
  keys: KeyRenewal,
  { grant }: ApprovedChannel,
  request: DialRequest,
): Promise<TargetSide> {
  return new Promise((resolve, reject) => {
    const opened: Opened = (error, channel) =>
      error
        ? reject(grant.kind === 'forward' ? notForwarded(error) : error)
        : resolve(targetSide(channel, client, socket, keys, grant.kind === 'forward'));
    // A target that goes away meanwhile answers nothing at all.
    client.once('close', () => reject(new Error('closed before the program started')));
    start(client, grant, request, opened);
  });
}

/** A refusal to open the channel carries a reason (RFC 4254 section 5.1); a connection that broke carries none. */
function notForwarded(error: Error & { readonly reason?: unknown }): Error {
  return typeof error.reason === 'number' ? new DialFailure('destination-refused', error) : error;
}

function start(client: Client, { kind, command, destination }: Grant, request: DialRequest, opened: Opened): void {
  const pty = request.pty === null ? undefined : ptyOptions(request.pty);
  const env = { ...request.env };
  switch (kind) {
    case 'shell':
      client.shell(pty ?? false, { env }, opened);
      return;
    case 'exec':
      client.exec(command ?? '', { env, ...(pty && { pty }) }, opened);
      return;
    case 'sftp':
      // The raw channel: its packets are read in passing, ssh2 does not speak them.
      client.subsys('sftp', opened);
      return;
    case 'forward':
      if (destination === null) throw new TypeError('expected a destination to forward to, got none');
      // Where the connection came from is the client's word, and nobody's business on the target.
      client.forwardOut('127.0.0.1', 0, destination.host, destination.port, opened);
      return;
    default:
      unreachable(kind);
  }
}

function ptyOptions(pty: Pty) {
  return {
    term: pty.term,
    cols: pty.columns,
    rows: pty.rows,
    width: pty.width,
    height: pty.height,
    modes: definedModes(pty.modes),
  };
}

function definedModes(modes: Pty['modes']): Record<string, number> {
  const defined: Record<string, number> = {};
  for (const [name, value] of Object.entries(modes)) if (value !== undefined) defined[name] = value;
  return defined;
}
