// The logins of this gateway link: what its opaque ids stand for. An id is worth nothing on another link, and dies
// with its connection.

import { isDeepStrictEqual } from 'node:util';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { SshLogin } from '../../identity/login/ssh-login.ts';
import type { ChannelKind } from '../../store/core/channel-terms.ts';
import { parseConnectionName } from '../../store/core/connection-name.ts';
import { type LoginId, newId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Selector } from '../link/methods.ts';

const notLoggedIn = defineRefusal('login.unknown', 'unauthenticated', () => ({
  zh: '登录已失效，请重新连接',
  en: 'this login is over; connect again',
}));

type Entry =
  | { readonly kind: 'signing-in'; readonly login: SshLogin; readonly typed: string }
  | { readonly kind: 'signed-in'; readonly user: AuthenticatedUser; readonly typed: string }
  | { readonly kind: 'lent'; readonly user: AuthenticatedUser; wish: Wish | undefined };

/** Which channel a login is used for. */
export interface Wish {
  readonly kind: ChannelKind;
  readonly selector: Selector;
}

export class Logins {
  readonly #entries = new Map<string, Entry>();

  /** `typed`: the whole user name; what it names, this login may ask for, and nothing else. */
  start(login: SshLogin, typed: string): LoginId {
    return this.#keep({ kind: 'signing-in', login, typed });
  }

  /**
   * For the web terminal, whose person has signed in already and gave a code for this one channel: the gateway, which is
   * trusted less, can ask for nothing else in their name, and for this only once.
   */
  lend(user: AuthenticatedUser, wish: Wish): LoginId {
    return this.#keep({ kind: 'lent', user, wish });
  }

  /** Who asks for that channel; throws when nobody may under that id. */
  asking(id: string, wish: Wish): AuthenticatedUser {
    const entry = this.#entries.get(id);
    if (entry?.kind === 'signed-in' && !names(entry.typed, wish.selector)) throw notLoggedIn();
    if (entry?.kind !== 'lent') return this.user(id);
    if (entry.wish === undefined || !isDeepStrictEqual(entry.wish, wish)) throw notLoggedIn();
    entry.wish = undefined;
    return entry.user;
  }

  /** Who signed in without naming a channel; a code that was given for one channel asks for nothing else. */
  alone(id: string): AuthenticatedUser {
    const entry = this.#entries.get(id);
    const name = entry?.kind === 'signed-in' ? parseConnectionName(entry.typed) : undefined;
    if (entry?.kind !== 'signed-in' || name?.login !== null || name.target !== null) throw notLoggedIn();
    return entry.user;
  }

  /** Throws when that login is not under way. */
  signingIn(id: string): SshLogin {
    const entry = this.#entries.get(id);
    if (entry?.kind !== 'signing-in') throw notLoggedIn();
    return entry.login;
  }

  succeed(id: string, user: AuthenticatedUser): void {
    const entry = this.#entries.get(id);
    if (entry?.kind !== 'signing-in') throw notLoggedIn();
    this.#entries.set(id, { kind: 'signed-in', user, typed: entry.typed });
  }

  /** Throws when nobody is signed in under that id. */
  user(id: string): AuthenticatedUser {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.kind === 'signing-in') throw notLoggedIn();
    return entry.user;
  }

  /** Answers the login that was still under way, if it was. */
  end(id: string): SshLogin | undefined {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    return entry?.kind === 'signing-in' ? entry.login : undefined;
  }

  #keep(entry: Entry): LoginId {
    const id = newId('log');
    this.#entries.set(id, entry);
    return id;
  }
}

/** A code may have been given for one channel only: a gateway must not use it for another one. */
function names(typed: string, selector: Selector): boolean {
  const name = parseConnectionName(typed);
  if (name === undefined || selector.by !== 'names') return false;
  const { login, target } = name;
  return (login === null || login === selector.login) && (target === null || target === selector.target);
}
