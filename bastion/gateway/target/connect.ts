// A connection to a target, logged in, with nothing opened on it. It takes both proofs: the gate's yes and an open
// recording; the credential is asked for after the recording is durable and the address was
// judged, used for this one connection, and wiped. However long the other side keeps silent, and whenever the session is
// cut: nothing is left behind.

import { connect as connectTcp, type Socket } from 'node:net';
import { Client, type ConnectConfig } from 'ssh2';
import type { OpenRecording } from '../../../recordings/write/open-recording.ts';
import type { Clock } from '../../../store/core/clock.ts';
import type { EndReason } from '../../../store/core/end-reason.ts';
import type { ApprovedChannel, ToController } from '../../link/approved-channel.ts';
import type { ApprovedReading } from '../../link/approved-reading.ts';
import { hostKeyAlgorithms, TARGET_ALGORITHMS } from '../algorithms.ts';
import type { FairShare } from '../fair-share.ts';
import { keepAlive, type SilenceLimits } from '../keep-alive.ts';
import { type KeyLimits, KeyRenewal } from '../key-renewal.ts';
import { readingInPlace } from '../read-memory.ts';
import { guardUnsent } from '../unsent.ts';
import { type DialLogin, dialLogin } from './dial-login.ts';
import { parseHostKey } from './host-key.ts';
import { OpeningKey } from './opening-key.ts';
import { answering, ForbiddenAddress, type Resolve, targetAddresses } from './resolve.ts';

/** Whoever may connect: a channel the gate approved, or a reading that its sibling did. */
export type Approved = ApprovedChannel | ApprovedReading;

export interface Connection {
  readonly client: Client;
  readonly socket: Socket;
  readonly keys: KeyRenewal;
}

export type Connect = (approved: Approved, recording: OpenRecording, signal: AbortSignal) => Promise<Connection>;

export class DialFailure extends Error {
  override readonly name = 'DialFailure';
  readonly reason: EndReason;

  constructor(reason: EndReason, cause: unknown) {
    super(reason, { cause });
    this.reason = reason;
  }
}

export interface ConnectParts {
  readonly controller: ToController;
  readonly clock: Clock;
  readonly resolve: Resolve;
  readonly keyLimits: KeyLimits;
  readonly silence: SilenceLimits;
  readonly share: FairShare;
}

/** From the first packet to the login, and from there to the running program. */
export const CONNECT_MS = 20_000;

/** Rejects with DialFailure: unreachable, refused, host key mismatch. Aborting the signal until then closes the connection. */
export function createConnect({ controller, clock, resolve, keyLimits, silence, share }: ConnectParts): Connect {
  return async (approved, recording, signal) => {
    if (recording.failure.aborted) throw new DialFailure('recorder-failed', recording.failure.reason);
    // A name server may take its time; a session that was cut meanwhile must not wait for it.
    const addresses = await unlessAborted(judged(approved, recording, resolve), signal);
    const key = new OpeningKey();
    const { session } = approved;
    const credential = await controller.call('session.credential', { session, publicKey: key.blob.toString('base64') });
    const login = dialLogin(approved.grant.targetAccount.login, credential, key);
    let socket: Socket | undefined;
    const drop = () => socket?.destroy();
    const cancel = clock.after(CONNECT_MS, drop);
    signal.addEventListener('abort', drop, { once: true });
    try {
      // A cut while the credential was on its way fired before anybody listened.
      signal.throwIfAborted();
      const { host, port } = approved.grant.target;
      socket = connectTcp({ host, port, noDelay: true, lookup: answering(addresses), onread: readingInPlace() });
      share.add(socket);
      const client = new Client();
      const loggedIn = logIn(client, socket, approved, login, controller);
      keepAlive(client, socket, clock, silence);
      guardUnsent(socket, () => true);
      const keys = new KeyRenewal({ connection: client, socket, clock, limits: keyLimits });
      await loggedIn;
      signal.throwIfAborted();
      return { client, socket, keys };
    } catch (error) {
      drop();
      throw asFailure(error);
    } finally {
      login.wipe();
      cancel();
      signal.removeEventListener('abort', drop);
    }
  };
}

export function asFailure(error: unknown): unknown {
  return error instanceof DialFailure ? error : new DialFailure('target-unreachable', error);
}

async function judged(
  { grant: { target } }: Approved,
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
  approved: Approved,
  login: DialLogin,
  controller: ToController,
): Promise<void> {
  const { target } = approved.grant;
  const pinned = parseHostKey(target.hostKey);
  let mismatch = false;
  const config: ConnectConfig = {
    sock: socket,
    ...login.config,
    algorithms: { ...TARGET_ALGORITHMS, serverHostKey: hostKeyAlgorithms(pinned.algorithm) },
    hostVerifier: (key: Buffer) => {
      mismatch = !key.equals(pinned.blob);
      if (mismatch) reportMismatch(controller, approved, key);
      return !mismatch;
    },
    // Counted by `dial` itself, up to the running program.
    readyTimeout: 0,
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

function reportMismatch(controller: ToController, approved: Approved, key: Buffer): void {
  void controller
    .call('session.host-key-mismatch', { session: approved.session, got: key.toString('base64') })
    .catch(() => undefined);
}
