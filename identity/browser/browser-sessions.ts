// Browser sessions. The cookie holds 256 random bits, the database their hash. A session ends after 30 idle minutes,
// after 12 hours in any case, and at once with its account. While a lock reaches its person, or where the request comes
// from, it stands for nobody. It is not bound to an address: phones change theirs; the user it resolves to carries the
// address of the request.

import { createHash, randomBytes } from 'node:crypto';
import type { AppendEvidence } from '../../audit/event.ts';
import { canonicalAddress } from '../../store/core/address.ts';
import type { Clock } from '../../store/core/clock.ts';
import { Secret } from '../../store/core/secret.ts';
import type { Database, Tx } from '../../store/database.ts';
import { lockOnSignIn } from '../locks/lock.ts';
import { locksInForce } from '../locks/lock-repository.ts';
import { type AuthenticatedUser, vouch } from '../login/authenticated-user.ts';
import { findAccount, requireActive } from '../people/account-repository.ts';
import { actorOf } from '../permission.ts';

export const BROWSER_IDLE_MS = 30 * 60_000;
export const BROWSER_LONGEST_MS = 12 * 3_600_000;
// Not every request needs a durable write.
const SEEN_EVERY_MS = 60_000;

export interface BrowserSessions {
  /** After a sign-in. The token is shown once: it goes into the cookie. */
  open(user: AuthenticatedUser): Promise<{ readonly token: Secret; readonly expiresAt: number }>;
  /** Who this token stands for; undefined when it is unknown, over, shut out, or the account is not active. */
  resolve(token: string, source: string): Promise<AuthenticatedUser | undefined>;
  /**
   * Whether the token still stands for somebody. Unlike `resolve` it is no activity: the session goes on idling.
   * `source`: where they are; by default where they signed in.
   */
  isOpen(token: string, source?: string): Promise<boolean>;
  end(token: string): Promise<void>;
  /** When the session of a resolved user is over in any case. */
  expiresAt(user: AuthenticatedUser): number;
}

export interface BrowserUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
}

export function createBrowserSessions({ database, clock, append }: BrowserUses): BrowserSessions {
  return {
    async open(user) {
      const token = Secret.ofText(randomBytes(32).toString('base64url'));
      const now = clock.now();
      const expiresAt = user.at + BROWSER_LONGEST_MS;
      await database.transaction(async (tx) => {
        await requireActive(tx, user);
        await forgetOld(tx, now);
        await tx
          .insertInto('browser_session')
          .values({
            token_hash: hashOf(token.revealText()),
            account_id: user.account.id,
            source: user.source,
            factors: JSON.stringify(user.factors),
            created_at: user.at,
            last_seen_at: now,
            expires_at: expiresAt,
          })
          .execute();
      });
      return { token, expiresAt };
    },
    resolve: (token, source) => database.transaction((tx) => resolve(tx, token, source, clock.now())),
    isOpen: (token, source) =>
      database.transaction(async (tx) => (await find(tx, token, source, clock.now())) !== undefined),
    async end(token) {
      await database.transaction(async (tx) => {
        const user = await resolve(tx, token, undefined, clock.now());
        await tx.deleteFrom('browser_session').where('token_hash', '=', hashOf(token)).execute();
        if (user === undefined) return;
        await append(tx, {
          type: 'logout',
          actor: actorOf(user),
          source: user.source,
          details: { account: user.account.id },
        });
      });
    },
    expiresAt: (user) => user.at + BROWSER_LONGEST_MS,
  };
}

/** Ends every session of an account; how many there were. */
export async function endBrowserSessionsOf(tx: Tx, account: AuthenticatedUser['account']['id']): Promise<number> {
  const result = await tx.deleteFrom('browser_session').where('account_id', '=', account).executeTakeFirst();
  return Number(result.numDeletedRows);
}

async function resolve(
  tx: Tx,
  token: string,
  source: string | undefined,
  now: number,
): Promise<AuthenticatedUser | undefined> {
  const found = await find(tx, token, source, now);
  if (found === undefined) return undefined;
  const { row, account } = found;
  if (now - row.last_seen_at >= SEEN_EVERY_MS) {
    const seen = tx.updateTable('browser_session').set({ last_seen_at: now });
    await seen.where('token_hash', '=', row.token_hash).execute();
  }
  return vouch({
    account: account.person,
    via: 'web',
    source: found.source,
    factors: parseFactors(row.factors),
    at: row.created_at,
    browserSession: row.token_hash,
  });
}

async function find(tx: Tx, token: string, from: string | undefined, now: number) {
  const hash = hashOf(token);
  const row = await tx.selectFrom('browser_session').selectAll().where('token_hash', '=', hash).executeTakeFirst();
  if (row === undefined || now >= row.expires_at || now - row.last_seen_at >= BROWSER_IDLE_MS) return undefined;
  const account = await findAccount(tx, row.account_id);
  if (account?.state !== 'active') return undefined;
  const source = canonicalAddress(from ?? row.source);
  const reach = { account: account.person.id, vendor: account.person.vendor, source };
  return lockOnSignIn(await locksInForce(tx, now), reach) === undefined ? { row, account, source } : undefined;
}

async function forgetOld(tx: Tx, now: number): Promise<void> {
  await tx
    .deleteFrom('browser_session')
    .where((is) => is.or([is('expires_at', '<=', now), is('last_seen_at', '<=', now - BROWSER_IDLE_MS)]))
    .execute();
}

function parseFactors(text: string): string[] {
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? value.map(String) : [];
}

// A plain hash is enough for 256 random bits.
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
