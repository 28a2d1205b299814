// The web terminal's socket. The cookie alone opens nothing: the first message must be the single-use token that the
// second factor bought. Bytes go both ways as they are; what is said about them is JSON text.

import type { FastifyRequest } from 'fastify';
import { Compile } from 'typebox/compile';
import type { WebSocket } from 'ws';
import type { Clock } from '../../store/core/clock.ts';
import { defineRefusal, Refusal } from '../../store/core/refusal.ts';
import type { Routes } from '../api/routes.ts';
import {
  TerminalBody,
  TerminalHello,
  TerminalResize,
  type TerminalSays,
  TerminalTicket,
} from '../contract/sessions.ts';
import type { Terminal, TerminalBrowser } from '../terminal-gateway.ts';
import { terminateWhenSilent } from './heartbeat.ts';
import { TerminalTickets } from './terminal-tickets.ts';

const hello = Compile(TerminalHello);
const resize = Compile(TerminalResize);
const HELLO_MS = 10_000;
/** Typing is activity: who works in a terminal is not signed out for idling. */
const SEEN_EVERY_MS = 60_000;
/** Longest message a browser may send: a paste of this size is typed in pieces by the page. */
const MAX_MESSAGE = 256 * 1024;

const badToken = defineRefusal('terminal.token', 'forbidden', () => ({
  zh: '打开终端的凭据已失效，请重新输入动态口令打开',
  en: 'the right to open this terminal has lapsed; open it again with a fresh code',
}));

const signedOut = defineRefusal('session.signed-out', 'unauthenticated', () => ({
  zh: '您已退出登录，终端已关闭',
  en: 'you signed out and the terminal is closed',
}));

export const terminalSocket: Routes = (app, { services, cookie, origin, heldOpen }) => {
  const { clock, stepUp, terminals, witness } = services;
  const tickets = new TerminalTickets(clock);

  app.post(
    '/api/v1/terminals',
    {
      schema: { summary: 'operator: a token for one terminal', body: TerminalBody, response: { 200: TerminalTicket } },
    },
    async (request) => {
      const user = await cookie.user(request);
      const { code, ...wanted } = request.body;
      const fresh = await stepUp(user, code, 'channel.open');
      return { token: tickets.issue({ user, fresh, request: wanted }) };
    },
  );

  // Refused before there is a socket.
  const preValidation = async (request: FastifyRequest): Promise<void> => {
    origin.requireOwnPage(request);
    await cookie.user(request);
  };
  app.get('/api/v1/terminals/socket', { websocket: true, preValidation }, (socket: WebSocket, request) => {
    const stopWaiting = clock.after(HELLO_MS, () => socket.close(1008));
    socket.once('close', stopWaiting);
    socket.on('error', () => socket.terminate());
    terminateWhenSilent(socket, clock);
    const messages = inOrder(socket);
    const begin = async (): Promise<void> => {
      const first = await messages.next();
      stopWaiting();
      // Only now: between the handshake and this message they may have signed out.
      const user = await cookie.user(request);
      // Whoever has somebody's cookie and not their second factor ends here: the evidence must say so.
      const waiting = await witness(user, 'channel.open', { kind: 'shell', via: 'web' }, async () => {
        const said = first.binary ? undefined : parse(first.data);
        const found = hello.Check(said) ? tickets.redeem(said.token, user) : undefined;
        if (found === undefined) throw badToken();
        return found;
      });
      const terminal = terminals.open(waiting.user, waiting.fresh, waiting.request, browserOf(socket));
      const letGo = heldOpen.hold(cookie.token(request) ?? '', () => {
        terminal.close();
        refuse(socket, signedOut());
      });
      socket.once('close', () => {
        letGo();
        terminal.close();
      });
      const seen = atMostEvery(SEEN_EVERY_MS, clock, () => void cookie.user(request).catch(() => undefined));
      for (;;) {
        const message = await messages.next();
        seen();
        await heed(socket, terminal, message);
      }
    };
    begin().catch((error: unknown) => refuse(socket, error));
  });
};

interface Message {
  readonly data: Buffer;
  readonly binary: boolean;
}

/** Messages one after another, none lost while the first one is being looked at. Ends by never answering. */
function inOrder(socket: WebSocket): { next(): Promise<Message> } {
  const early: Message[] = [];
  let waiting: ((message: Message) => void) | undefined;
  socket.on('message', (data: Buffer, binary: boolean) => {
    if (waiting === undefined) {
      early.push({ data, binary });
      // Whoever sends before it is their turn waits in the network, not in memory.
      socket.pause();
      return;
    }
    const answer = waiting;
    waiting = undefined;
    answer({ data, binary });
  });
  return {
    next: () =>
      new Promise((resolve) => {
        const message = early.shift();
        if (message === undefined) {
          waiting = resolve;
          socket.resume();
        } else resolve(message);
      }),
  };
}

async function heed(socket: WebSocket, terminal: Terminal, { data, binary }: Message): Promise<void> {
  if (data.length > MAX_MESSAGE) {
    socket.close(1009);
    return;
  }
  if (binary) {
    // The next message is not looked at until the target has taken this one: a huge paste fills no memory.
    await terminal.input(data);
    return;
  }
  const said = parse(data);
  if (resize.Check(said)) terminal.resize(said.columns, said.rows);
  else socket.close(1007);
}

function refuse(socket: WebSocket, error: unknown): void {
  if (error instanceof Refusal) {
    say(socket, { type: 'ended', reason: error.code, text: error.sentence, exitStatus: null });
  }
  socket.close(error instanceof Refusal ? 1008 : 1011);
}

function browserOf(socket: WebSocket): TerminalBrowser {
  return {
    output: (bytes) => new Promise((resolve) => socket.send(bytes, { binary: true }, () => resolve())),
    opened: (sessionId, closesAt) => say(socket, { type: 'opened', sessionId, closesAt }),
    window: (closesAt) => say(socket, { type: 'window', closesAt }),
    notice: (text) => say(socket, { type: 'notice', text }),
    ended(end) {
      say(socket, { type: 'ended', ...end });
      socket.close(1000);
    },
  };
}

function say(socket: WebSocket, message: TerminalSays): void {
  socket.send(JSON.stringify(message), () => undefined);
}

function atMostEvery(milliseconds: number, clock: Clock, act: () => void): () => void {
  let last = clock.monotonic();
  return () => {
    if (clock.monotonic() - last < milliseconds) return;
    last = clock.monotonic();
    act();
  };
}

function parse(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    return undefined;
  }
}
