// The controller's end of a link, with answers a test can set: it lets the gateway be tested alone.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { newSshKeyPair } from '../../bastion/cli/ssh-key-pair.ts';
import { runGateway } from '../../bastion/gateway/gateway.ts';
import type { KeyLimits } from '../../bastion/gateway/key-renewal.ts';
import { type Resolve, systemResolve } from '../../bastion/gateway/target/resolve.ts';
import { Conversation, type Handlers } from '../../bastion/link/conversation.ts';
import { type ControllerMethods, controllerMethods, type Grant, gatewayMethods } from '../../bastion/link/methods.ts';
import { recordingKeysMessage } from '../../recordings/format/recording-keys.ts';
import { createRecordingKeys } from '../../recordings/storage/recording-keys.ts';
import { createSystemDisk, type Disk } from '../../recordings/write/disk.ts';
import type { ChannelKind } from '../../store/core/channel-terms.ts';
import { type Clock, systemClock } from '../../store/core/clock.ts';
import { newId, type SessionId } from '../../store/core/ids.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { Secret } from '../../store/core/secret.ts';
import type { ManualClock } from './manual-clock.ts';
import type { Sshd } from './sshd.ts';

export interface Told {
  readonly name: string;
  readonly params: Record<string, unknown>;
}

export interface GatewayUnderTest {
  readonly controller: Conversation<typeof gatewayMethods, ControllerMethods>;
  readonly told: Told[];
  /** The next message of that name that satisfies the test, told already or to come. */
  hear(name: string, satisfied?: (params: Record<string, unknown>) => boolean): Promise<Told>;
  readonly recordings: string;
  readonly recordsKey: Secret;
  /** Resolves when the gateway has closed everything. */
  readonly over: Promise<void>;
  /** Resolves when the disk owes the recorder nothing. */
  quiet(): Promise<void>;
}

export interface GatewayOptions {
  readonly clock?: Clock;
  /** Of the controller's end alone: one that stands still never sends a sign of life. */
  readonly controllerClock?: Clock;
  readonly disk?: Disk;
  readonly resolve?: Resolve;
  readonly remainingMs?: number;
  readonly idleMs?: number;
  readonly graceMs?: number;
  readonly superviseMs?: number;
  readonly keyLimits?: KeyLimits;
  /** As usual; otherwise nobody is asked, because minutes pass on a clock that real peers do not live by. */
  readonly asksTheSilent?: true;
  readonly hostKeys?: readonly string[];
  readonly leaseMs?: number;
  readonly grant?: Partial<Grant>;
  readonly handlers?: Partial<Handlers<ControllerMethods>>;
}

export async function gatewayUnderTest(sshd: Sshd, options: GatewayOptions = {}): Promise<GatewayUnderTest> {
  const clock = options.clock ?? systemClock;
  const recordings = mkdtempSync(join(tmpdir(), 'sluice-recordings-'));
  const recordsKey = Secret.ofBytes(Buffer.alloc(32, 7));
  const told: Told[] = [];
  const listeners = new Set<() => void>();
  const tell = (name: string, params: unknown) => {
    told.push({ name, params: params as Record<string, unknown> });
    for (const listener of [...listeners]) listener();
  };
  const [ours, theirs] = duplexPair();
  const answers = fakeAnswers(sshd, recordsKey, options);
  const handlers = Object.fromEntries(
    Object.entries({ ...answers, ...options.handlers }).map(([name, handler]) => [
      name,
      (params: never, body: Buffer) => {
        tell(name, params);
        return (handler as (params: never, body: Buffer) => Promise<unknown>)(params, body);
      },
    ]),
  ) as unknown as Handlers<ControllerMethods>;
  const leaseMs = options.leaseMs ?? 60_000;
  const controller = new Conversation({
    stream: ours,
    theirs: gatewayMethods,
    ours: controllerMethods,
    handlers,
    clock: options.controllerClock ?? clock,
    leaseMs,
    logger: silentLogger,
  });
  const { disk, quiet } = watched(options.disk ?? createSystemDisk());
  const over = runGateway({
    link: theirs,
    clock,
    logger: silentLogger,
    disk,
    leaseMs,
    resolve: options.resolve ?? systemResolve,
    ...(options.keyLimits && { keyLimits: options.keyLimits }),
    ...(options.asksTheSilent === undefined && { silence: { everyMs: 1e9, mostUnanswered: 3 } }),
  });
  await controller.call('configure', {
    hostKeys: [...(options.hostKeys ?? [hostKeyPem()])],
    recordings,
    host: '127.0.0.1',
    port: 0,
    idleMs: options.idleMs ?? 600_000,
    graceMs: options.graceMs ?? 60_000,
    superviseMs: options.superviseMs ?? 60_000,
    reserveBytes: 1024,
  });
  return {
    controller,
    told,
    recordings,
    recordsKey,
    over,
    quiet,
    hear: (name, satisfied = () => true) =>
      new Promise((resolve) => {
        const look = () => {
          const found = told.find((one) => one.name === name && satisfied(one.params));
          if (found === undefined) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
      }),
  };
}

/** The same disk, and a way to wait until it has answered everything. */
function watched(inner: Disk): { readonly disk: Disk; quiet(): Promise<void> } {
  let owed = 0;
  const waiting = new Set<() => void>();
  const answered = (): void => {
    owed -= 1;
    if (owed > 0) return;
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  const counting = <T>(promise: Promise<T>): Promise<T> => {
    owed += 1;
    return promise.finally(answered);
  };
  return {
    quiet: () => (owed === 0 ? Promise.resolve() : new Promise((resolve) => waiting.add(resolve))),
    disk: {
      ...inner,
      freeBytes: (path) => counting(inner.freeBytes(path)),
      write(file, bytes, offset, done) {
        owed += 1;
        inner.write(file, bytes, offset, (error, written) => {
          done(error, written);
          answered();
        });
      },
      sync(file, done) {
        owed += 1;
        inner.sync(file, (error) => {
          done(error);
          answered();
        });
      },
    },
  };
}

/** The same, with its port open to this machine. */
export async function listeningGateway(
  sshd: Sshd,
  options?: GatewayOptions,
): Promise<{ readonly gateway: GatewayUnderTest; readonly port: number }> {
  const gateway = await gatewayUnderTest(sshd, options);
  const { port } = await gateway.controller.call('listen', { sources: ['127.0.0.1'] });
  if (port === null) throw new Error('expected the gateway to listen');
  return { gateway, port };
}

/** Moves a clock that stands still by seconds, and lets the recorder's disk and the link keep up. */
export async function passTime(clock: ManualClock, gateway: GatewayUnderTest, milliseconds: number): Promise<void> {
  for (let left = milliseconds; left > 0; left -= 1000) {
    clock.advance(Math.min(left, 1000));
    await gateway.quiet();
    // And the link: a question that stays without an answer for a minute of this clock counts as refused.
    await gateway.controller.call('sessions.cut', { sessions: ['none'], reason: 'fault' });
  }
}

function hostKeyPem(): string {
  return newSshKeyPair().private;
}

function fakeAnswers(
  sshd: Sshd,
  recordsKey: Secret,
  options: { readonly remainingMs?: number; readonly grant?: Partial<Grant> },
): Handlers<ControllerMethods> {
  const nothing = async () => ({});
  const grant = async (session: SessionId, kind: ChannelKind, command: string | null): Promise<Grant> => ({
    ...(await grantFor(sshd, recordsKey, session, kind, command)),
    remainingMs: options.remainingMs ?? 3_600_000,
    ...options.grant,
  });
  return {
    'login.start': async () => ({ login: newId('log') }),
    'login.password': async ({ password }) => ({ accepted: password === 'correct horse' }),
    'login.offers-key': async () => ({ accepted: true }),
    'login.key': async () => ({ accepted: true, done: false }),
    'login.code': async ({ code }) => ({ accepted: code === '123456' }),
    'connections.dropped': nothing,
    'login.end': nothing,
    'channel.request': async ({ kind, command }) => grant(newId('ses'), kind, command),
    'channel.choices': async () => ({ choices: [] }),
    'channel.not-offered': nothing,
    'own.status': async () => ({ lines: [] }),
    'own.extend': async () => ({ lines: [] }),
    'session.opened': nothing,
    'session.credential': async () => ({
      kind: 'private-key',
      secret: Buffer.from(sshd.privateKey).toString('base64'),
    }),
    'session.files': nothing,
    'originals.bytes': nothing,
    'originals.copied': async () => ({ sha256: '0'.repeat(64), bytes: 0 }),
    'originals.dropped': nothing,
    'originals.found': nothing,
    'originals.ended': nothing,
    'originals.touched': nothing,
    'reading.take': async ({ reading }) => {
      throw new Error(`expected no reading, got ${reading}`);
    },
    'reading.opened': nothing,
    'reading.ended': nothing,
    'session.head': nothing,
    'session.host-key-mismatch': nothing,
    'session.ended': nothing,
    'terminal.output': nothing,
    'terminal.opened': nothing,
    'terminal.window': nothing,
    'terminal.notice': nothing,
    'terminal.ended': nothing,
  };
}

export const COPY_LIMITS = { files: 1000, bytes: 64 * 1024 * 1024, fileBytes: 16 * 1024 * 1024, seconds: 600 };

/** The gate's yes to that session on that server. */
export async function grantFor(
  sshd: Sshd,
  recordsKey: Secret,
  session: SessionId,
  kind: ChannelKind,
  command: string | null,
): Promise<Grant> {
  const { host, port, hostKey, login } = sshd;
  return {
    session,
    kind,
    via: 'ssh',
    ticket: { id: newId('tkt'), number: 'BG-20260312-01' },
    account: { id: newId('acc'), name: 'lin' },
    target: { id: newId('tgt'), name: 'app', host, port, hostKey, allowLoopback: true },
    targetAccount: { id: newId('tac'), login },
    command,
    files: kind === 'sftp' ? { rights: ['list', 'download', 'upload', 'delete'], paths: [] } : null,
    destination: null,
    source: '127.0.0.1',
    waits: false,
    finishMs: 0,
    remainingMs: 3_600_000,
    recordingKeys: recordingKeysMessage(await createRecordingKeys(recordsKey, session, null)),
    originals: { declared: [], alone: [], withoutBackup: null, limits: COPY_LIMITS },
  };
}
