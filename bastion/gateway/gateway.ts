// The gateway process: carries bytes and records them. It holds no database and no long-lived secret; what it needs
// comes over the link and dies with the channel. When the controller falls silent, everything closes.

import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Static } from 'typebox';
import type { Disk } from '../../recordings/write/disk.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { Logger } from '../../store/core/logger.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { ToController } from '../link/approved-channel.ts';
import { Conversation, type Handlers } from '../link/conversation.ts';
import { controllerMethods, type GatewayMethods, gatewayMethods } from '../link/methods.ts';
import { FairShare } from './fair-share.ts';
import { Listener } from './front/listener.ts';
import { type Receiving, Reception } from './front/reception.ts';
import { WebTerminals } from './front/web-terminals.ts';
import { SILENCE_LIMITS, type SilenceLimits } from './keep-alive.ts';
import { KEY_LIMITS, type KeyLimits } from './key-renewal.ts';
import { readIntoEvidence } from './originals/reading.ts';
import { createRecord } from './session/record.ts';
import { testRecorder } from './session/recorder-self-test.ts';
import { Sessions } from './session/sessions.ts';
import { createConnect } from './target/connect.ts';
import { createDial } from './target/dial.ts';
import type { Resolve } from './target/resolve.ts';
import { scanHostKey } from './target/scan.ts';

const notConfigured = defineRefusal('gateway.not-configured', 'unavailable', () => ({
  zh: '网关尚未就绪，请稍后再试',
  en: 'the gateway is not ready yet; please try again',
}));

export interface GatewayParts {
  readonly link: Duplex;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly disk: Disk;
  readonly leaseMs: number;
  /** Looks a target's name up. */
  readonly resolve: Resolve;
  /** When keys of SSH connections are renewed, where not as usual. */
  readonly keyLimits?: KeyLimits;
  /** When a silent peer counts as gone, where not as usual. */
  readonly silence?: SilenceLimits;
  /** Processes that take the connections which come in at the port; without them this one does. */
  readonly workers?: Receiving & { readonly pids: readonly number[] };
  /** Hears of this process's own reception: connections may come to it on another way than its port. */
  readonly serve?: (own: Reception) => void;
}

interface Running {
  readonly sessions: Sessions;
  readonly terminals: WebTerminals;
  readonly own: Reception;
  readonly listener: Listener;
  readonly read: (reading: string) => Promise<void>;
  /** Throws unless the recorder records. */
  readonly testRecorder: () => Promise<void>;
}

/** Serves until the controller is gone; resolves when every session is closed and the port with them. */
export function runGateway(parts: GatewayParts): Promise<void> {
  const { clock, logger } = parts;
  let running: Running | undefined;
  const live = (): Running => {
    if (running === undefined) throw notConfigured();
    return running;
  };
  const controller: ToController = new Conversation({
    stream: parts.link,
    theirs: controllerMethods,
    ours: gatewayMethods,
    handlers: handlers(
      live,
      (settings) => {
        running ??= start(controller, settings, parts);
      },
      parts,
    ),
    clock,
    leaseMs: parts.leaseMs,
    logger,
  });
  return new Promise((resolve) => {
    controller.ended.addEventListener('abort', () => {
      logger.warn('controller.lost', { sessions: running?.sessions.size ?? 0 });
      void closeAll(running).then(resolve);
    });
  });
}

type Settings = Static<GatewayMethods['configure']['params']>;

function start(controller: ToController, settings: Settings, parts: GatewayParts): Running {
  const { clock, logger, disk, resolve, keyLimits = KEY_LIMITS, silence = SILENCE_LIMITS } = parts;
  const share = new FairShare();
  const recorder = { clock, disk, root: settings.recordings, reserveBytes: settings.reserveBytes };
  const record = createRecord(recorder);
  const dialling = { controller, clock, resolve, keyLimits, silence, share };
  const dial = createDial(dialling);
  const connect = createConnect(dialling);
  const { idleMs, graceMs, superviseMs } = settings;
  const sessions = new Sessions({ controller, record, dial, clock, logger, idleMs, superviseMs });
  const own = new Reception(settings, {
    controller,
    sessions,
    clock,
    logger,
    keyLimits,
    silence,
    share,
    idleMs,
    graceMs,
  });
  parts.serve?.(own);
  return {
    sessions,
    terminals: new WebTerminals(controller, sessions),
    own,
    read: (reading) => readIntoEvidence(reading, { controller, record, connect, clock, logger }),
    testRecorder: () => testRecorder({ clock, disk, root: settings.recordings }),
    listener: new Listener(settings, { controller, clock, logger, reception: parts.workers ?? own }),
  };
}

function handlers(
  live: () => Running,
  configure: (settings: Settings) => void,
  { clock, resolve, workers }: GatewayParts,
): Handlers<GatewayMethods> {
  return {
    async configure(settings) {
      configure(settings);
      return { workers: [...(workers?.pids ?? [])] };
    },
    async listen({ sources }) {
      const { listener, testRecorder: test } = live();
      if (sources !== null && !listener.bound) await test();
      return { port: await listener.set(sources) };
    },
    async 'sessions.cut'({ sessions, reason }) {
      live().sessions.cut(sessions, reason);
      return {};
    },
    async 'session.window'({ session, remainingMs, text }) {
      // The gate's yes to it came before this, and is looked at within the same turn.
      await nextTurn();
      live().sessions.find(session)?.window(remainingMs, text);
      return {};
    },
    async 'session.flow'({ session, passing, text }) {
      await nextTurn();
      live().sessions.find(session)?.flow(passing, text);
      return {};
    },
    async 'session.tell'({ session, text }) {
      live().sessions.find(session)?.say(text);
      return {};
    },
    async 'terminal.open'(request) {
      live().terminals.open(request);
      return {};
    },
    async 'terminal.input'({ terminal }, bytes) {
      await live().terminals.find(terminal).input(bytes);
      return {};
    },
    async 'terminal.resize'({ terminal, columns, rows }) {
      live().terminals.find(terminal).resize(columns, rows);
      return {};
    },
    async 'terminal.close'({ terminal }) {
      live().terminals.find(terminal).leave();
      return {};
    },
    async 'originals.read'({ reading }) {
      await live().read(reading);
      return {};
    },
    async 'target.scan'({ allowLoopback, ...place }) {
      return { hostKey: await scanHostKey(place, { clock, resolve, allowLoopback }) };
    },
  };
}

async function closeAll(running: Running | undefined): Promise<void> {
  if (running === undefined) return;
  await running.listener.set(null).catch(() => undefined);
  await running.sessions.cutAll('controller-lost');
  running.own.dropAll();
}
