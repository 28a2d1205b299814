// Connects to a target. It takes both proofs: the gate's yes and an open recording; the credential is asked for
// after the recording is durable and the address was judged, used for this one connection, and wiped. However long
// the other side keeps silent, and whenever the session is cut: nothing is left behind.

import { connect as connectTcp, type Socket } from 'node:net';
import { Client, type ClientChannel, type ConnectConfig } from 'ssh2';
import type { OpenRecording } from '../../../recordings/write/open-recording.ts';
import type { Clock } from '../../../store/core/clock.ts';
import type { EndReason } from '../../../store/core/end-reason.ts';
import { Secret } from '../../../store/core/secret.ts';
import { unreachable } from '../../../store/core/unreachable.ts';
import type { ApprovedChannel, ToController } from '../../link/approved-channel.ts';
import type { Grant } from '../../link/methods.ts';
import { hostKeyAlgorithms, TARGET_ALGORITHMS } from '../algorithms.ts';
import type { FairShare } from '../fair-share.ts';
import { keepAlive, type SilenceLimits } from '../keep-alive.ts';
import { type KeyLimits, KeyRenewal } from '../key-renewal.ts';
import { readingInPlace } from '../read-memory.ts';
import type { Pty, TargetSide } from '../session/sides.ts';
import { guardUnsent } from '../unsent.ts';
import { parseHostKey } from './host-key.ts';
import { answering, ForbiddenAddress, type Resolve, targetAddresses } from './resolve.ts';
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

export type Dial = (
  approved: ApprovedChannel,
  recording: OpenRecording,
  request: HeldRequest,
  signal: AbortSignal,
) => Promise<TargetSide>;

export class DialFailure extends Error {
  override readonly name = 'DialFailure';
  readonly reason: EndReason;

  constructor(reason: EndReason, cause: unknown) {
    super(reason, { cause });
    this.reason = reason;
  }
}

export interface DialParts {
  readonly controller: ToController;
  readonly clock: Clock;
  readonly resolve: Resolve;
  readonly keyLimits: KeyLimits;
  readonly silence: SilenceLimits;
  readonly share: FairShare;
}

type Opened = (error: Error | undefined, channel: ClientChannel) => void;

/** From the first packet to the program running on the target. */
const CONNECT_MS = 20_000;

/** Rejects with DialFailure: unreachable, refused, host key mismatch. Aborting the signal closes the connection. */
export function createDial({ controller, clock, resolve, keyLimits, silence, share }: DialParts): Dial {
  return async (approved, recording, request, signal) => {
    if (recording.failure.aborted) throw new DialFailure('recorder-failed', recording.failure.reason);
    // A name server may take its time; a session that was cut meanwhile must not wait for it.
    const addresses = await unlessAborted(judged(approved, recording, resolve), signal);
    const credential = await controller.call('session.credential', { session: approved.session });
    const secret = Secret.ofBytes(Buffer.from(credential.secret, 'base64'));
    let socket: Socket | undefined;
    const drop = () => socket?.destroy();
    let cancel = clock.after(CONNECT_MS, drop);
    signal.addEventListener('abort', drop, { once: true });
    try {
      // A cut while the credential was on its way fired before anybody listened.
      signal.throwIfAborted();
      const { host, port } = approved.grant.target;
      socket = connectTcp({ host, port, noDelay: true, lookup: answering(addresses), onread: readingInPlace() });
      share.add(socket);
      const client = new Client();
      const loggedIn = logIn(client, socket, approved, credential.kind, secret, controller);
      keepAlive(client, socket, clock, silence);
      guardUnsent(socket, () => true);
      const keys = new KeyRenewal({ connection: client, socket, clock, limits: keyLimits });
      await loggedIn;
      cancel();
      await request.held();
      signal.throwIfAborted();
      cancel = clock.after(CONNECT_MS, drop);
      const side = await openChannel(client, socket, keys, approved, request);
      signal.throwIfAborted();
      return side;
    } catch (error) {
      drop();
      throw error instanceof DialFailure ? error : new DialFailure('target-unreachable', error);
    } finally {
      secret.wipe();
      cancel();
      signal.removeEventListener('abort', drop);
    }
  };
}

async function judged(
  { grant: { target } }: ApprovedChannel,
  recording: OpenRecording,
  resolve: Resolve,
): Promise<readonly string[]> {
  try {
    return await targetAddresses(target.host, { resolve, allowLoopback: target.allowLoopback });
  } catch (error) {
    if (error instanceof ForbiddenAddress) {
      await recording.marker('target-address-refused', { host: target.host, address: error.address });
    }
    throw new DialFailure('target-unreachable', error);
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function logIn(
  client: Client,
  socket: Socket,
  approved: ApprovedChannel,
  kind: 'password' | 'private-key',
  secret: Secret,
  controller: ToController,
): Promise<void> {
  const { target, targetAccount } = approved.grant;
  const pinned = parseHostKey(target.hostKey);
  let mismatch = false;
  const config: ConnectConfig = {
    sock: socket,
    username: targetAccount.login,
    algorithms: { ...TARGET_ALGORITHMS, serverHostKey: hostKeyAlgorithms(pinned.algorithm) },
    hostVerifier: (key: Buffer) => {
      mismatch = !key.equals(pinned.blob);
      if (mismatch) reportMismatch(controller, approved, key);
      return !mismatch;
    },
    // Counted by `dial` itself, up to the running program.
    readyTimeout: 0,
    ...(kind === 'password' ? { password: secret.revealText() } : { privateKey: secret.reveal() }),
  };
  return new Promise((resolve, reject) => {
    client.once('ready', () => resolve());
    client.once('close', () => reject(new DialFailure('target-unreachable', new Error('closed before login'))));
    client.on('error', (error: Error & { level?: string }) => {
      if (!mismatch && /no matching host key/i.test(error.message)) {
        mismatch = true;
        void controller
          .call('session.host-key-mismatch', { session: approved.session, got: 'another key type' })
          .catch(() => undefined);
      }
      reject(new DialFailure(mismatch ? 'host-key-mismatch' : reasonOf(error), error));
    });
    client.connect(config);
  });
}

function reasonOf(error: Error & { level?: string }): EndReason {
  return error.level === 'client-authentication' ? 'target-refused' : 'target-unreachable';
}

function reportMismatch(controller: ToController, approved: ApprovedChannel, key: Buffer): void {
  void controller
    .call('session.host-key-mismatch', { session: approved.session, got: key.toString('base64') })
    .catch(() => undefined);
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
