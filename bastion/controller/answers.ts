// What the controller answers a gateway. Each answer is one decision of approvals or identity; nothing is decided here.

import type { ApprovedChannel } from '../../approvals/access/approved-channel.ts';
import type { Gate } from '../../approvals/access/gate.ts';
import type { LiveSessions } from '../../approvals/access/live-sessions.ts';
import type { ReleaseCredential } from '../../approvals/access/release-credential.ts';
import type { SessionLog } from '../../approvals/access/session-log.ts';
import type { WindowTime } from '../../approvals/access/window-time.ts';
import type { OwnAffairs } from '../../approvals/extensions/own-affairs.ts';
import type { SupervisedChannel, WatchedSessions } from '../../approvals/supervision/watched-sessions.ts';
import type { AppendEvidence } from '../../audit/event.ts';
import type { SshLogin, SshLogins } from '../../identity/login/ssh-login.ts';
import { recordingKeysMessage } from '../../recordings/format/recording-keys.ts';
import type { CustodianSet } from '../../recordings/storage/custodian-seal.ts';
import { createRecordingKeys } from '../../recordings/storage/recording-keys.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { EndReason } from '../../store/core/end-reason.ts';
import type { SessionId } from '../../store/core/ids.ts';
import type { Logger } from '../../store/core/logger.ts';
import { defineRefusal, Refusal } from '../../store/core/refusal.ts';
import type { Secret } from '../../store/core/secret.ts';
import type { Database } from '../../store/database.ts';
import type { Handlers } from '../link/conversation.ts';
import { type ControllerMethods, MOST_CHOICES } from '../link/methods.ts';
import type { Channels } from './channels.ts';
import { copyAnswers } from './copy-answers.ts';
import type { Logins } from './logins.ts';
import type { Readings, ReadingUses } from './readings.ts';
import { type CopyUses, SessionCopies } from './session-copies.ts';
import { writeEnd } from './session-end.ts';
import type { Terminals } from './terminals.ts';

// A recorder's refusal by its code: the gateway ends the session as it does when the recording cannot go on.
const evidenceStuck = defineRefusal('recorder.evidence-stuck', 'unavailable', () => ({
  zh: '证据日志暂时无法写出，不能打开会话，请联系信息科',
  en: 'the evidence log cannot be written out at the moment, so nothing opens; tell the information section',
}));

const unwatched = defineRefusal('session.unwatched', 'forbidden', () => ({
  zh: '没有监督人在线观看，不能连接资产',
  en: 'nobody watches, so the target is not reached',
}));

export interface ControllerServices extends CopyUses, ReadingUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly time: WindowTime;
  /** How long what may finish goes on after its window, milliseconds. */
  readonly finishMs: number;
  /** IANA name of the centre's time zone. */
  readonly timeZone: string;
  readonly append: AppendEvidence;
  readonly sshLogins: SshLogins;
  readonly gate: Gate;
  readonly live: LiveSessions;
  readonly watched: WatchedSessions;
  readonly sessionLog: SessionLog;
  readonly releaseCredential: ReleaseCredential;
  readonly ownAffairs: OwnAffairs;
  readonly recordsKey: Secret;
  /** Whom what is typed is sealed to; null while nobody is appointed. */
  readonly custodians: () => Promise<CustodianSet | null>;
  /** Why the evidence log could not be published lately; undefined while it can. */
  readonly evidenceTrouble: () => Error | undefined;
  /** Whether targets may be on this very machine. */
  readonly allowLoopback: boolean;
}

export interface LinkState {
  readonly logins: Logins;
  readonly channels: Channels;
  readonly terminals: Terminals;
  readonly readings: Readings;
  /** Tells the gateway to end a session; resolves when nothing passes any more. */
  readonly cut: (session: string, reason: EndReason) => Promise<void>;
  /** Tells the gateway that a session's window ends at another time now. */
  readonly moved: (session: string, closesAt: number) => void;
  /** What a supervisor does to a session, at the gateway. */
  readonly supervised: (session: SessionId) => SupervisedChannel;
  readonly logger: Logger;
}

type Answers = Handlers<ControllerMethods>;

export function controllerAnswers(services: ControllerServices, state: LinkState): Answers {
  const copying = new SessionCopies(services, state.logger);
  return {
    ...loginAnswers(services, state),
    ...connectionAnswers(services),
    ...channelAnswers(services, state, copying),
    ...copyAnswers({ ...state, copying }),
    ...terminalAnswers(state),
    ...ownAnswers(services, state),
  };
}

type LoginAnswers = Pick<Answers, Extract<keyof Answers, `login.${string}`>>;

function loginAnswers({ sshLogins }: ControllerServices, { logins }: LinkState): LoginAnswers {
  return {
    'login.start': async ({ name, typed, source }) => ({
      login: logins.start(sshLogins.start(name, source, typed), typed),
    }),
    'login.password': async ({ login, password }) => ({ accepted: await logins.signingIn(login).password(password) }),
    'login.offers-key': async ({ login, blob }) => ({ accepted: await logins.signingIn(login).offersKey(blob) }),
    'login.key': async ({ login, blob }) => {
      const signingIn = logins.signingIn(login);
      if (!(await signingIn.key({ blob }))) return { accepted: false, done: false };
      const user = await signingIn.recentCode();
      if (user !== undefined) logins.succeed(login, user);
      return { accepted: true, done: user !== undefined };
    },
    'login.code': async ({ login, code }) => {
      const signingIn = logins.signingIn(login);
      const user = await codeOrRetry(signingIn, code);
      if (user !== undefined) logins.succeed(login, user);
      return { accepted: user !== undefined };
    },
    'login.end': async ({ login }) => {
      await logins.end(login)?.left();
      return {};
    },
  };
}

function connectionAnswers({ database, append }: ControllerServices): Pick<Answers, 'connections.dropped'> {
  return {
    async 'connections.dropped'({ drops }) {
      await database.transaction((tx) =>
        append(tx, { type: 'connections.dropped', actor: { kind: 'system' }, details: { drops } }),
      );
      return {};
    },
  };
}

/** Undefined where the code was wrong and the person may try another one. */
async function codeOrRetry(login: SshLogin, code: string) {
  try {
    return await login.code(code);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'login.refused' && login.state === 'first-factor') return undefined;
    throw error;
  }
}

type ChannelAnswers = Pick<Answers, Extract<keyof Answers, `channel.${string}` | `session.${string}`>>;

function channelAnswers(
  services: ControllerServices,
  { logins, channels, readings, cut, moved, supervised, logger }: LinkState,
  copying: SessionCopies,
): ChannelAnswers {
  const { database, time, append, gate, live, watched, sessionLog, releaseCredential, recordsKey } = services;
  /** What a grant takes besides what the gate said. */
  const preparedFor = async (approved: ApprovedChannel) => {
    const { session } = approved;
    try {
      const keys = await createRecordingKeys(recordsKey, session, await services.custodians());
      return { recordingKeys: recordingKeysMessage(keys), originals: await copying.plan(approved) };
    } catch (error) {
      channels.remove(session);
      throw error;
    }
  };
  return {
    async 'channel.request'({ login, kind, selector, command, destination }) {
      const user = logins.asking(login, { kind, selector });
      const { source, via } = user;
      const approved = await gate.decide(user, { kind, selector, command, destination, source, via });
      let { session, closesAt } = approved;
      const move = (at: number): void => {
        closesAt = at;
        moved(session, at);
      };
      const finishing = (until: number) => {
        database
          .transaction((tx) =>
            append(tx, { type: 'session.finishing', actor: { kind: 'system' }, details: { session, until } }),
          )
          .catch((error: unknown) => logger.error('session.finishing-not-written', error, { session }));
      };
      const forgetLive = live.add(approved, (reason) => cut(session, reason), { moved: move, finishing });
      const forgetWatched = watched.add(approved, supervised(session));
      // At once: whatever is taken away from here on cuts it.
      channels.add(approved, () => {
        forgetLive();
        forgetWatched();
        copying.forget(approved.session);
      });
      const prepared = await preparedFor(approved);
      return {
        session: approved.session,
        kind: approved.kind,
        via: approved.via,
        ticket: approved.ticket,
        account: { id: user.account.id, name: user.account.name },
        target: { ...approved.target, allowLoopback: services.allowLoopback },
        targetAccount: approved.targetAccount,
        command: approved.command,
        files: approved.files,
        destination: approved.destination,
        source: approved.source,
        waits: approved.supervised,
        finishMs: approved.finishes ? services.finishMs : 0,
        remainingMs: Math.max(0, closesAt - time.now()),
        ...prepared,
      };
    },
    async 'channel.choices'({ login, kind, named }) {
      const user = logins.asking(login, { kind, selector: { by: 'names', ...named } });
      const places = await gate.choices(user, { kind, ...named, source: user.source });
      return { choices: places.slice(0, MOST_CHOICES).map(({ login, target }) => ({ login, target })) };
    },
    async 'channel.not-offered'({ login, kind }) {
      const user = logins.user(login);
      await database.transaction((tx) =>
        append(tx, {
          type: 'access.refused',
          actor: { kind: 'account', id: user.account.id, name: user.account.name },
          source: user.source,
          details: { action: 'channel.open', code: 'channel.kind-not-offered', request: { kind, via: user.via } },
        }),
      );
      return {};
    },
    async 'session.opened'({ session, heads }) {
      // No evidence, no shell: what is only in the database is not yet anything an auditor could hold against it.
      if (services.evidenceTrouble() !== undefined) throw evidenceStuck();
      await channels.inTurn(session, async (approved) => {
        await sessionLog.opened(approved, heads);
        if (channels.has(session)) channels.opened(session);
        await copying.opened(approved);
      });
      return {};
    },
    async 'session.credential'({ session, publicKey }) {
      const reading = readings.has(session);
      // The gateway waits by itself; that nothing reaches a target unwatched does not rest on it.
      if (!reading && !watched.mayPass(channels.approved(session).session)) throw unwatched();
      const credential = reading
        ? await readings.release(session, publicKey)
        : await releaseCredential(channels.takeCredential(session), publicKey);
      if (credential.kind === 'certificate') {
        return { kind: credential.kind, certificate: credential.certificate.toString('base64') };
      }
      return { kind: credential.kind, secret: credential.secret.reveal().toString('base64') };
    },
    async 'session.head'({ session, heads }) {
      await sessionLog.recordingHead(channels.approved(session).session, heads);
      return {};
    },
    async 'session.files'({ session, events }) {
      if (services.evidenceTrouble() !== undefined) throw evidenceStuck();
      await channels.inTurn(session, ({ session: id }) => sessionLog.files(id, events));
      return {};
    },
    async 'session.host-key-mismatch'({ session, got }) {
      const { target, user } = readings.has(session) ? readings.approved(session).facts : channels.approved(session);
      const { source } = user;
      await database.transaction((tx) =>
        append(tx, {
          type: 'host-key.mismatch',
          actor: { kind: 'account', id: user.account.id, name: user.account.name },
          source,
          details: { session, target: target.id, expected: target.hostKey, got },
        }),
      );
      return {};
    },
    async 'session.ended'({ session, ...end }) {
      await channels.inTurn(session, async (approved) => {
        await writeEnd(services, { channels, logger }, approved, end);
        channels.remove(session);
      });
      return {};
    },
  };
}

function ownAnswers(
  { ownAffairs }: ControllerServices,
  { logins }: LinkState,
): Pick<Answers, Extract<keyof Answers, `own.${string}`>> {
  return {
    'own.status': async ({ login }) => ({ lines: [...(await ownAffairs.status(logins.alone(login)))] }),
    'own.extend': async ({ login, ...wanted }) => ({
      lines: [...(await ownAffairs.extend(logins.alone(login), wanted))],
    }),
  };
}

type TerminalAnswers = Pick<Answers, Extract<keyof Answers, `terminal.${string}`>>;

function terminalAnswers({ terminals }: LinkState): TerminalAnswers {
  return {
    async 'terminal.output'({ terminal }, bytes) {
      await terminals.browser(terminal)?.output(bytes);
      return {};
    },
    async 'terminal.opened'({ terminal, session, remainingMs }) {
      terminals.opened(terminal, session, remainingMs);
      return {};
    },
    async 'terminal.window'({ terminal, remainingMs }) {
      terminals.window(terminal, remainingMs);
      return {};
    },
    async 'terminal.notice'({ terminal, text }) {
      terminals.browser(terminal)?.notice(text);
      return {};
    },
    async 'terminal.ended'({ terminal, reason, text, exitStatus }) {
      terminals.ended(terminal, { reason, text, exitStatus });
      return {};
    },
  };
}
