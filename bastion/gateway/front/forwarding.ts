// Connections that a client forwards (`-L`, `-D`; direct-tcpip, RFC 4254 section 7.2): one session each, by the same
// gate as every other. A program behind `-D` may want a thousand places a minute; each refused one is asked about and
// recorded once for a while, and beyond a number of places nothing is asked at all.

import type { Socket } from 'node:net';
import type { Connection, ServerChannel, TcpipRequestInfo } from 'ssh2';
import type { Clock } from '../../../store/core/clock.ts';
import type { Sentence } from '../../../store/core/refusal.ts';
import type { KeyRenewal } from '../key-renewal.ts';
import type { Sessions } from '../session/sessions.ts';
import { forwardClientSide } from './forward-client-side.ts';
import type { SignedIn } from './login.ts';
import { type OpenFailure, refuseOpening } from './opening.ts';

export interface ForwardingParts {
  readonly connection: Connection;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly socket: Socket;
  readonly keys: KeyRenewal;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  /** Tells the controller of a wish that is not granted. */
  readonly notOffered: (kind: string) => void;
}

export interface Forward {
  readonly accept: () => ServerChannel | undefined;
  readonly reject: () => void;
  /** Attacker-controlled. */
  readonly info: TcpipRequestInfo;
  readonly signedIn: SignedIn;
  readonly started: (channel: ServerChannel) => void;
}

interface Refused {
  readonly text: Sentence;
  /** On the monotonic clock. */
  readonly until: number;
}

const LONGEST_HOST = 255;
/** Places that are remembered as refused. */
const MOST_REFUSED = 64;
/** Places that are remembered as opened: more than one ticket names. */
const MOST_OPENED = 64;
/** The ticket does not name it, and no ticket ever changes. Another one may be approved, though. */
const REMEMBERED_MS = 60_000;
/** What failed for another reason may go well in a moment. */
const REMEMBERED_BRIEFLY_MS = 1000;

const TOO_MANY: Sentence = {
  zh: '要转发到的地方太多，都没有约定；稍后再试。',
  en: 'too many destinations that no ticket names; try again later',
};

export class Forwarding {
  readonly #parts: ForwardingParts;
  readonly #refused = new Map<string, Refused>();
  /** Where connections have gone: named, and always worth asking about. */
  readonly #opened = new Set<string>();

  constructor(parts: ForwardingParts) {
    this.#parts = parts;
  }

  /** Resolves when the forwarded connection is over. */
  async serve({ accept, reject, info, signedIn, started }: Forward): Promise<void> {
    const { connection, sessions, socket, keys, closed, notOffered } = this.#parts;
    const destination = { host: info.destIP.slice(0, LONGEST_HOST + 1), port: info.destPort };
    const place = `${destination.host} ${destination.port}`;
    const before = this.#before(place);
    if (before !== undefined) {
      refuseOpening(connection, reject, 'prohibited', before);
      return;
    }
    if (this.#refused.size >= MOST_REFUSED && !this.#opened.has(place)) {
      notOffered('direct-tcpip-flood');
      refuseOpening(connection, reject, 'prohibited', TOO_MANY);
      return;
    }
    const refuse = (reason: string, text: Sentence): void => {
      this.#remember(place, reason, text);
      refuseOpening(connection, reject, failureOf(reason), text);
    };
    const { login, userName } = signedIn;
    const selector = { by: 'names', login: userName.login, target: userName.target } as const;
    const client = forwardClientSide({
      accept,
      refuse,
      socket,
      keys,
      connectionClosed: closed,
      started: (channel) => {
        if (this.#opened.size < MOST_OPENED) this.#opened.add(place);
        started(channel);
      },
    });
    const question = { login, kind: 'forward', selector, command: null, destination } as const;
    await sessions.open(question, { pty: null, env: {} }, client);
  }

  #before(place: string): Sentence | undefined {
    const now = this.#parts.clock.monotonic();
    for (const [each, { until }] of this.#refused) if (until <= now) this.#refused.delete(each);
    return this.#refused.get(place)?.text;
  }

  #remember(place: string, reason: string, text: Sentence): void {
    const lasting = reason === 'channel.destination-not-agreed' || reason === 'channel.kind-not-agreed';
    const until = this.#parts.clock.monotonic() + (lasting ? REMEMBERED_MS : REMEMBERED_BRIEFLY_MS);
    if (this.#refused.size < MOST_REFUSED) this.#refused.set(place, { text, until });
  }
}

function failureOf(reason: string): OpenFailure {
  return reason === 'destination-refused' || reason.startsWith('target-') ? 'connect-failed' : 'prohibited';
}
