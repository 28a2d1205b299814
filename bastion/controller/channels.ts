// The channels this link's gateway was granted: from the gate's yes to the session's end. Everything the gateway says
// about a session is matched against what it was granted; anything else is refused.

import type { ApprovedChannel } from '../../approvals/access/approved-channel.ts';
import { defineRefusal } from '../../store/core/refusal.ts';

const notGranted = defineRefusal('session.not-granted', 'forbidden', () => ({
  zh: '没有这个会话',
  en: 'there is no such session',
}));

interface Granted {
  readonly approved: ApprovedChannel;
  readonly forget: () => void;
  /** The recording is durable and the session is written down: only now is a credential released, and once. */
  opened: boolean;
  released: boolean;
  /** The gateway was told to end it: whatever it asks for after that comes too late. */
  cut: boolean;
  /** What is being done about this session; whatever comes next waits for it. */
  turn: Promise<unknown>;
}

export class Channels {
  readonly #granted = new Map<string, Granted>();
  #whenEmpty: (() => void)[] = [];
  #over = false;

  /** Throws when the link was lost while the gate decided: nobody is there to open the channel, or to be told to end it. */
  add(approved: ApprovedChannel, forget: () => void): void {
    if (this.#over) {
      forget();
      throw notGranted();
    }
    const state = { opened: false, released: false, cut: false, turn: Promise.resolve() };
    this.#granted.set(approved.session, { approved, forget, ...state });
  }

  get size(): number {
    return this.#granted.size;
  }

  has(session: string): boolean {
    return this.#granted.has(session);
  }

  /**
   * Does `work` after whatever else is being done about that session: an end must not overtake its opening, which may
   * be under way long after the gateway gave up waiting for it. Throws like `approved`, before and when its turn comes.
   */
  inTurn<T>(session: string, work: (approved: ApprovedChannel) => Promise<T>): Promise<T> {
    const entry = this.#entry(session);
    const done = entry.turn.then(() => work(this.approved(session)));
    entry.turn = done.catch(() => undefined);
    return done;
  }

  /** Throws unless that session was granted to this gateway and is not over. */
  approved(session: string): ApprovedChannel {
    return this.#entry(session).approved;
  }

  /** The same, and that it is written down. */
  requireOpened(session: string): ApprovedChannel {
    const { opened, approved } = this.#entry(session);
    if (!opened) throw notGranted();
    return approved;
  }

  opened(session: string): void {
    this.#entry(session).opened = true;
  }

  /** The session is ended from here. */
  cut(session: string): void {
    const entry = this.#granted.get(session);
    if (entry !== undefined) entry.cut = true;
  }

  /** Throws unless the session is open, is not being ended, and its credential was not asked for before. */
  takeCredential(session: string): ApprovedChannel {
    const entry = this.#entry(session);
    if (!entry.opened || entry.released || entry.cut) throw notGranted();
    entry.released = true;
    return entry.approved;
  }

  wasOpened(session: string): boolean {
    return this.#entry(session).opened;
  }

  remove(session: string): void {
    this.#granted.get(session)?.forget();
    this.#granted.delete(session);
    this.#look();
  }

  /** Resolves when every session that was granted has been reported as ended, or the link is gone. */
  empty(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenEmpty.push(resolve);
      this.#look();
    });
  }

  /** The link is gone; resolves when nothing is being done about any session any more. */
  async removeAll(): Promise<void> {
    this.#over = true;
    const granted = [...this.#granted.values()];
    for (const { forget } of granted) forget();
    this.#granted.clear();
    this.#look();
    await Promise.all(granted.map(({ turn }) => turn));
  }

  #look(): void {
    if (this.#granted.size > 0) return;
    for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }

  #entry(session: string): Granted {
    const entry = this.#granted.get(session);
    if (entry === undefined) throw notGranted();
    return entry;
  }
}
