// The socket of a live view. As with a terminal the cookie alone opens nothing; and whoever watches can only look: the first
// message is the token, and any message after it closes the view and is on record. While it is open its person counts as
// a supervisor. A browser that falls silent is noticed within two beats.

import { randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Compile } from 'typebox/compile';
import type { WebSocket } from 'ws';
import type { Watching } from '../../approvals/supervision/supervision.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { Clock } from '../../store/core/clock.ts';
import { defineRefusal, Refusal } from '../../store/core/refusal.ts';
import type { Routes } from '../api/routes.ts';
import { WatchHello, type WatchSays, WatchTicket } from '../contract/supervision.ts';
import { IdParams } from '../contract/words.ts';
import type { Viewer } from '../live-view.ts';
import type { WebServices } from '../services.ts';
import { terminateWhenSilent } from './heartbeat.ts';

const hello = Compile(WatchHello);
const HELLO_MS = 10_000;
/** A supervisor whose connection is gone has left after two of these. */
const BEAT_MS = 3000;
const VALID_MS = 30_000;

const badToken = defineRefusal('watch.token', 'forbidden', () => ({
  zh: '观看的凭据已失效，请重新打开',
  en: 'the right to open this view has lapsed; open it again',
}));

export const readOnly = defineRefusal('watch.read-only', 'forbidden', () => ({
  zh: '监督人只能观看，不能输入',
  en: 'whoever watches can only look',
}));

const signedOut = defineRefusal('session.signed-out', 'unauthenticated', () => ({
  zh: '您已退出登录，观看已关闭',
  en: 'you signed out and the view is closed',
}));

const OVER = { zh: '会话已结束', en: 'the session is over' };

export const watchSocket: Routes = (app, { services, cookie, origin, heldOpen }) => {
  const { clock, supervision } = services;
  const tickets = new WatchTickets(clock);

  app.post(
    '/api/v1/sessions/:id/watch',
    {
      schema: { summary: 'section, head: a token for one live view', params: IdParams, response: { 200: WatchTicket } },
    },
    async (request) => {
      const user = await cookie.user(request);
      await supervision.mayWatch(user, request.params.id);
      return { token: tickets.issue({ user, session: request.params.id }) };
    },
  );

  // Refused before there is a socket.
  const preValidation = async (request: FastifyRequest): Promise<void> => {
    origin.requireOwnPage(request);
    await cookie.user(request);
  };
  app.get('/api/v1/watchings/socket', { websocket: true, preValidation }, (socket: WebSocket, request) => {
    const stopWaiting = clock.after(HELLO_MS, () => socket.close(1008));
    socket.once('close', stopWaiting);
    socket.on('error', () => socket.terminate());
    const lost = terminateWhenSilent(socket, clock, BEAT_MS);
    const token = cookie.token(request) ?? '';
    const first = new Promise<unknown>((resolve) => socket.once('message', (data: Buffer) => resolve(parse(data))));
    const begin = async (): Promise<void> => {
      const said = await first;
      stopWaiting();
      // Only now: between the handshake and this message they may have signed out.
      const user = await cookie.user(request);
      const session = await services.witness(user, 'session.watch', {}, async () => {
        const found = hello.Check(said) ? tickets.redeem(said.token, user) : undefined;
        if (found === undefined) throw badToken();
        return found;
      });
      await watch({ services, socket, user, session, lost, token, hold: (end) => heldOpen.hold(token, end) });
    };
    begin().catch((error: unknown) => refuse(socket, error));
  });
};

interface Held {
  readonly services: WebServices;
  readonly socket: WebSocket;
  readonly user: AuthenticatedUser;
  readonly session: string;
  /** Whether the browser fell silent. */
  readonly lost: () => boolean;
  readonly token: string;
  readonly hold: (end: () => void) => () => void;
}

/** Resolves when the view is over. */
async function watch(held: Held): Promise<void> {
  const { services, socket, user, session, lost } = held;
  const over = new AbortController();
  const watching = await services.supervision.watch(user, session, () => {
    say(socket, { type: 'ended', reason: 'session.over', text: OVER });
    void watching.end('session-over');
    socket.close(1000);
  });
  const endings = endWhen(held, watching, over);
  if (socket.readyState !== socket.OPEN) over.abort();
  socket.once('close', () => {
    void watching.end(lost() ? 'lost' : 'left');
    over.abort();
  });
  try {
    await services.liveView.show(watching.permit, viewerOf(socket), over.signal);
  } finally {
    endings();
    await watching.end(lost() ? 'lost' : 'left');
  }
}

/** Whatever ends the view besides its own socket; answers the function that stops looking for it. */
function endWhen({ services, socket, user, token, hold }: Held, watching: Watching, over: AbortController): () => void {
  const { changes, browserSessions, witness } = services;
  const end = (error: Refusal, why: 'signed-out' | 'left'): void => {
    void watching.end(why);
    over.abort();
    refuse(socket, error);
  };
  const letGo = hold(() => end(signedOut(), 'signed-out'));
  // Somebody who departs, is shut out, or is signed out elsewhere, watches no longer.
  const lookAtPerson = (): void =>
    void browserSessions.isOpen(token, user.source).then(
      (open) => open || end(signedOut(), 'signed-out'),
      () => end(signedOut(), 'signed-out'),
    );
  let told: string | undefined;
  const look = (): void => {
    const state = watching.state();
    if (state !== undefined && state !== told) say(socket, { type: 'flow', state });
    told = state;
  };
  const unsubscribe = changes.subscribe((topic) => {
    if (topic === 'sessions') look();
    if (topic === 'people') lookAtPerson();
  });
  socket.on('message', () => {
    const { id } = watching.permit.session;
    witness(user, 'session.type', { session: id }, () => Promise.reject(readOnly())).catch(() => undefined);
    end(readOnly(), 'left');
  });
  look();
  // What was so when the view was asked for may not be by now.
  lookAtPerson();
  return () => {
    letGo();
    unsubscribe();
  };
}

function viewerOf(socket: WebSocket): Viewer {
  return {
    output: (bytes) =>
      new Promise((resolve) => {
        if (bytes.length === 0) resolve();
        else socket.send(bytes, { binary: true }, () => resolve());
      }),
    says: (message) => say(socket, message),
  };
}

function say(socket: WebSocket, message: WatchSays): void {
  socket.send(JSON.stringify(message), () => undefined);
}

function refuse(socket: WebSocket, error: unknown): void {
  if (error instanceof Refusal) say(socket, { type: 'ended', reason: error.code, text: error.sentence });
  socket.close(error instanceof Refusal ? 1008 : 1011);
}

function parse(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Between asking for a view and its socket lies one message: a token, used once within half a minute, by the same person. */
class WatchTickets {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, { readonly user: AuthenticatedUser; readonly session: string }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(waiting: { readonly user: AuthenticatedUser; readonly session: string }): string {
    const token = randomBytes(32).toString('base64url');
    this.#waiting.set(token, waiting);
    this.#clock.after(VALID_MS, () => this.#waiting.delete(token));
    return token;
  }

  /** The session; undefined when the token is unknown, used, late, or somebody else's. Used up in any case. */
  redeem(token: string, user: AuthenticatedUser): string | undefined {
    const waiting = this.#waiting.get(token);
    this.#waiting.delete(token);
    const same = waiting?.user.account.id === user.account.id && waiting.user.source === user.source;
    return same ? waiting.session : undefined;
  }
}
