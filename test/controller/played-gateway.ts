// A test that plays the gateway of a real controller, over the real language of the link.

import { createHash } from 'node:crypto';
import { duplexPair } from 'node:stream';
import { createOriginalsLog } from '../../approvals/originals/originals-log.ts';
import { createReadingLog } from '../../approvals/originals/reading-log.ts';
import { createReleaseForReading } from '../../approvals/originals/reading-permit.ts';
import type { ControllerServices } from '../../bastion/controller/answers.ts';
import { GatewayLink } from '../../bastion/controller/gateway-link.ts';
import { Conversation, type Handlers } from '../../bastion/link/conversation.ts';
import { controllerMethods, type GatewayMethods, gatewayMethods } from '../../bastion/link/methods.ts';
import { createSshLogins } from '../../identity/login/ssh-login.ts';
import { silentLogger } from '../../store/core/logger.ts';
import { Secret } from '../../store/core/secret.ts';
import type { World } from '../approvals/world.ts';
import { ed25519Line, HERE, PASSWORD } from '../identity/cast.ts';
import { COPY_LIMITS } from '../support/fake-controller.ts';

export const HEADS = { screen: 'ab', keys: 'cd' };
export const ENDED = {
  reason: 'finished' as const,
  exitStatus: 0,
  exitSignal: null,
  recordedBytes: 12,
  tracks: { screen: { head: 'ef', frames: 1, bytes: 6 }, keys: { head: 'ab', frames: 1, bytes: 6 } },
};

/** `change`: services that answer otherwise. */
export function linked(at: World, change: Partial<ControllerServices> = {}) {
  const [ours, theirs] = duplexPair();
  const services = {
    ...at,
    sshLogins: createSshLogins(at),
    sessionLog: at.sessions,
    releaseCredential: at.release,
    recordsKey: Secret.ofBytes(Buffer.alloc(32, 7)),
    custodians: async () => null,
    allowLoopback: false,
    evidenceTrouble: () => undefined,
    originals: createOriginalsLog(at),
    readingLog: createReadingLog(at),
    releaseForReading: createReleaseForReading({ ...at, longestMs: 600_000 }),
    filesStore: {
      async put(_session, content) {
        const hash = createHash('sha256');
        let bytes = 0;
        for await (const piece of content) {
          hash.update(piece);
          bytes += piece.length;
        }
        return { sha256: hash.digest('hex'), bytes };
      },
    },
    copyLimits: COPY_LIMITS,
    hasRoom: async () => true,
    ...change,
  } satisfies Partial<ControllerServices> as unknown as ControllerServices;
  const link = new GatewayLink({ stream: ours, services, leaseMs: 10 ** 9, logger: silentLogger });
  const opened = Promise.withResolvers<{ readonly terminal: string; readonly login: string }>();
  const nothing = async () => ({});
  const handlers = {
    'terminal.open': async (asked: { terminal: string; login: string }) => {
      opened.resolve(asked);
      return {};
    },
    'sessions.cut': nothing,
    // It is being read until the test says that it is over.
    'originals.read': () => new Promise(() => {}),
    'terminal.close': nothing,
  } as unknown as Handlers<GatewayMethods>;
  const gateway = new Conversation({
    stream: theirs,
    theirs: controllerMethods,
    ours: gatewayMethods,
    handlers,
    clock: at.clock,
    leaseMs: 10 ** 9,
    logger: silentLogger,
  });
  return { link, gateway, opened: opened.promise };
}

export async function signedIn(at: World, gateway: ReturnType<typeof linked>['gateway'], place = 'root+web1') {
  const { member } = at.engineer;
  const { login } = await gateway.call('login.start', {
    name: member.name,
    typed: `${member.name}+${place}`,
    source: HERE,
  });
  await gateway.call('login.password', { login, password: PASSWORD });
  await gateway.call('login.code', { login, code: at.nextCode(member) });
  return login;
}

/** The public half of a key for one dial, as a gateway sends it. */
export const DIAL_KEY = ed25519Line().blob;
export const NAMES = { by: 'names', login: 'root', target: 'web1' } as const;
export const SHELL = { kind: 'shell', selector: NAMES, command: null, destination: null } as const;
