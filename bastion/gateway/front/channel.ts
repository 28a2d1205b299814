// One session channel: what the client asks of it before it starts (terminal, variables), then the one thing it is for.

import type { Socket } from 'node:net';
import type { PseudoTtyInfo, ServerChannel, Session as SshSession } from 'ssh2';
import type { Clock } from '../../../store/core/clock.ts';
import type { Sentence } from '../../../store/core/refusal.ts';
import type { ToController } from '../../link/approved-channel.ts';
import type { KeyRenewal } from '../key-renewal.ts';
import { REFUSED_STATUS } from '../session/end-text.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Pty, TerminalSize } from '../session/sides.ts';
import { languageOf } from './language.ts';
import type { SignedIn } from './login.ts';
import { NOT_CHOSEN } from './menu.ts';
import { chooseFromMenu } from './menu-dialog.ts';
import { COMMAND_WITH_NUL, kindRefused, printable, transferRefused } from './not-offered.ts';
import { runOwnCommand } from './own-affairs.ts';
import { ownCommand } from './own-command.ts';
import { sshClientSide } from './ssh-client-side.ts';

/** Variables a client may set on the target: what decides language and time, nothing that decides which code runs. */
const ENV_ALLOWED = /^(LANG|LANGUAGE|LC_[A-Z]+|TZ|COLORTERM|NO_COLOR)$/;
const ENV_MAX_VALUE = 256;
const ENV_MAX_COUNT = 32;
const MAX_CELLS = 1000;
/** Sentences about what is not offered, per channel. */
const MOST_REFUSED = 4;

export interface ChannelParts {
  readonly controller: ToController;
  readonly clock: Clock;
  readonly sessions: Sessions;
  /** How long somebody may look at a menu, in milliseconds. */
  readonly graceMs: number;
  readonly signedIn: SignedIn;
  readonly socket: Socket;
  /** What the client calls itself. */
  readonly software: string;
  readonly keys: KeyRenewal;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  /** Tells the controller of a wish that is not granted. */
  readonly notOffered: (kind: string) => void;
  /** Hears of the stream once the client has said what the channel is for. */
  readonly started: (channel: ServerChannel) => void;
}

interface Asked {
  readonly env: Record<string, string>;
  readonly resized: Set<(size: TerminalSize) => void>;
  readonly signalled: Set<(name: string) => void>;
  pty: Pty | null;
  /** What was asked for and is not offered: said where a person reads it. */
  readonly refused: Sentence[];
  /** The last change of size: it may come while the target is still being dialled with the size before. */
  size: TerminalSize | undefined;
}

/** Resolves when the channel's session is over, or the client left without asking for one. */
export function serveChannel(session: SshSession, parts: ChannelParts): Promise<void> {
  const asked: Asked = { env: {}, resized: new Set(), signalled: new Set(), pty: null, refused: [], size: undefined };
  listenToRequests(session, asked, parts);
  return new Promise((resolve) => {
    // Once: a second request on the same channel gets no stream from ssh2, and must not end the first.
    let started = false;
    const start = (accept: () => ServerChannel | undefined, act: (channel: ServerChannel) => Promise<void>): void => {
      const channel = started ? undefined : accept();
      if (channel === undefined) return;
      started = true;
      parts.started(channel);
      void act(channel).finally(resolve);
    };
    session.on('shell', (accept) => start(accept, (channel) => open(channel, null, asked, parts)));
    session.on('exec', (accept, _reject, { command }) =>
      start(accept, (channel) => open(channel, command, asked, parts)),
    );
    session.on('subsystem', (accept, _reject, { name }) =>
      start(accept, (channel) =>
        name === 'sftp'
          ? openKind(channel, 'sftp', null, asked, parts)
          : refuse(channel, name, transferRefused(printable(name)), asked, parts),
      ),
    );
    session.once('close', () => {
      if (!started) resolve();
    });
    void parts.closed.then(resolve);
  });
}

function listenToRequests(session: SshSession, asked: Asked, { notOffered }: ChannelParts): void {
  const refuse = (kind: string): void => {
    notOffered(kind);
    if (asked.refused.length < MOST_REFUSED) asked.refused.push(kindRefused(kind));
  };
  session.on('env', (accept, reject, { key, val }) => {
    const { env } = asked;
    const taken = ENV_ALLOWED.test(key) && val.length <= ENV_MAX_VALUE && Object.keys(env).length < ENV_MAX_COUNT;
    if (taken) env[key] = val;
    answer(taken, accept, reject);
  });
  session.on('pty', (accept, reject, info) => {
    asked.pty = ptyOf(info);
    answer(true, accept, reject);
  });
  session.on('window-change', (accept, _reject, info) => {
    answer(true, accept, undefined);
    const size = sizeOf(info);
    if (asked.pty !== null) asked.pty = { ...asked.pty, ...size };
    asked.size = size;
    for (const listener of asked.resized) listener(size);
  });
  session.on('signal', (accept, _reject, { name }) => {
    answer(true, accept, undefined);
    for (const listener of asked.signalled) listener(name);
  });
  session.on('auth-agent', (accept, reject) => {
    refuse('agent');
    answer(false, accept, reject);
  });
  session.on('x11', (accept, reject) => {
    refuse('x11');
    answer(false, accept, reject);
  });
}

/** The channel is accepted before the gate is asked: input that follows at once would otherwise be lost. Nothing is done
 * with it until the gate has said yes; a no is told on the channel itself. */
async function open(channel: ServerChannel, command: string | null, asked: Asked, parts: ChannelParts): Promise<void> {
  // A shell would see the command end there, and the record would show more than was run.
  if (command?.includes('\0')) return refuse(channel, 'exec-with-nul', COMMAND_WITH_NUL, asked, parts);
  const own = command === null ? undefined : ownCommand(parts.signedIn.userName, command);
  if (own !== undefined) {
    const { controller, signedIn } = parts;
    const { login } = signedIn;
    const [client, language] = [side(channel, asked, parts), languageOf(asked.env)];
    return runOwnCommand(own, { controller, login, language, client, terminal: asked.pty !== null });
  }
  await openKind(channel, command === null ? 'shell' : 'exec', command, asked, parts);
}

async function openKind(
  channel: ServerChannel,
  kind: 'shell' | 'exec' | 'sftp',
  command: string | null,
  asked: Asked,
  parts: ChannelParts,
): Promise<void> {
  const { login } = parts.signedIn;
  const named = await whichOne(channel, kind, asked, parts);
  if (named === undefined) return leave(channel, asked, parts);
  const selector = { by: 'names', ...named } as const;
  const { pty, env } = asked;
  const client = side(channel, asked, parts);
  // On a terminal only: without one the lines would stand in the way of a program.
  for (const text of asked.refused) client.tell(text);
  await parts.sessions.open({ login, kind, selector, command, destination: null }, { pty, env }, client);
}

/**
 * What the user name leaves open is asked in a menu where there is a terminal. Without one the gate's refusal lists the
 * names, and so it does when only one fits or none.
 */
async function whichOne(
  channel: ServerChannel,
  kind: 'shell' | 'exec' | 'sftp',
  asked: Asked,
  { signedIn, controller, clock, graceMs, closed }: ChannelParts,
): Promise<{ readonly login: string | null; readonly target: string | null } | undefined> {
  const { login, target } = signedIn.userName;
  const named = { login, target };
  if (asked.pty === null || kind === 'sftp' || (login !== null && target !== null)) return named;
  const answer = await controller
    .call('channel.choices', { login: signedIn.login, kind, named })
    .catch(() => undefined);
  if (answer === undefined || answer.choices.length < 2) return named;
  const language = languageOf(asked.env);
  return chooseFromMenu({ channel, choices: answer.choices, language, clock, graceMs, closed });
}

async function leave(channel: ServerChannel, asked: Asked, parts: ChannelParts): Promise<void> {
  const client = side(channel, asked, parts);
  client.finish({ exit: { kind: 'status', status: REFUSED_STATUS }, reason: 'channel.not-chosen', text: NOT_CHOSEN });
  await client.closed;
}

async function refuse(
  channel: ServerChannel,
  kind: string,
  text: Sentence,
  asked: Asked,
  parts: ChannelParts,
): Promise<void> {
  parts.notOffered(printable(kind));
  const client = side(channel, asked, parts);
  client.finish({ exit: { kind: 'status', status: REFUSED_STATUS }, reason: 'channel.kind-not-offered', text });
  await client.closed;
}

function side(channel: ServerChannel, asked: Asked, parts: ChannelParts) {
  return sshClientSide({
    channel,
    socket: parts.socket,
    keys: parts.keys,
    terminal: asked.pty !== null,
    language: languageOf(asked.env),
    software: parts.software,
    onResize: (listener) => {
      asked.resized.add(listener);
      if (asked.size !== undefined) listener(asked.size);
    },
    onSignal: (listener) => asked.signalled.add(listener),
    connectionClosed: parts.closed,
  });
}

// ssh2 gives the two functions only where the client wants an answer.
function answer(yes: boolean, accept: (() => void) | undefined, reject: (() => void) | undefined): void {
  if (yes) accept?.();
  else reject?.();
}

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
