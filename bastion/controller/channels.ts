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
}

export class Channels {
  readonly #granted = new Map<string, Granted>();
  #whenEmpty: (() => void)[] = [];

  add(approved: ApprovedChannel, forget: () => void): void {
    this.#granted.set(approved.session, { approved, forget, opened: false, released: false });
  }

  /** Throws unless that session was granted to this gateway and is not over. */
  approved(session: string): ApprovedChannel {
    return this.#entry(session).approved;
  }

  opened(session: string): void {
    this.#entry(session).opened = true;
  }

  /** Throws unless the session is open and its credential was not asked for before. */
  takeCredential(session: string): ApprovedChannel {
    const entry = this.#entry(session);
    if (!entry.opened || entry.released) throw notGranted();
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

  removeAll(): void {
    for (const { forget } of this.#granted.values()) forget();
    this.#granted.clear();
    this.#look();
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
