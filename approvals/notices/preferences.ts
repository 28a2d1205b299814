// What each person wants to hear, and where. Everybody decides for themselves and for nobody else.

import type { AppendEvidence } from '../../audit/event.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { type FreshFactor, spendFreshFactor } from '../../identity/login/fresh-factor.ts';
import { requireActive } from '../../identity/people/account-repository.ts';
import { actorOf, witnessed } from '../../identity/permission.ts';
import type { Policies } from '../../policies/evaluate.ts';
import type { Clock } from '../../store/core/clock.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Database } from '../../store/database.ts';
import type { Medium } from './notice.ts';
import { findPreference, type Preference, savePreference } from './notice-repository.ts';
import { kindsFor } from './occasion.ts';

export const addressRefused = defineRefusal('notice.address', 'invalid', () => ({
  zh: '请填写一个邮箱地址，例如 name@example.cn',
  en: 'expected an e-mail address such as name@example.cn',
}));

export const kindRefused = defineRefusal('notice.kind', 'invalid', () => ({
  zh: '没有这种通知',
  en: 'there is no such kind of notice for you',
}));

/** One mailbox in plain ASCII, without a name, a comment or a list: it goes into a header. */
const ADDRESS =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;

export interface NoticePreferences extends Preference {
  /** What somebody in this role may get. */
  readonly kinds: readonly string[];
  /** Whether e-mail is set up here at all. */
  readonly mail: boolean;
}

export interface NoticeSettings {
  get(user: AuthenticatedUser): Promise<NoticePreferences>;
  /** Throws `notice.address` or `notice.kind`. */
  set(user: AuthenticatedUser, fresh: FreshFactor, wanted: Preference): Promise<NoticePreferences>;
}

export function createNoticeSettings(uses: {
  readonly database: Database;
  readonly append: AppendEvidence;
  readonly policies: Policies;
  readonly clock: Clock;
  readonly media: ReadonlySet<Medium>;
}): NoticeSettings {
  const { database, append, policies, clock, media } = uses;
  const authorize = (user: AuthenticatedUser): void =>
    policies.authorize(user, 'notice.manage', { kind: 'account', id: user.account.id });
  const shown = (user: AuthenticatedUser, preference: Preference): NoticePreferences => ({
    ...preference,
    kinds: kindsFor(user.account.role),
    mail: media.has('email'),
  });
  return {
    get: (user) =>
      witnessed(uses, user, 'notice.manage', null, async () => {
        authorize(user);
        return shown(user, await database.transaction((tx) => findPreference(tx, user.account.id)));
      }),
    set: (user, fresh, { email, language, off }) =>
      witnessed(uses, user, 'notice.manage', null, async () => {
        authorize(user);
        if (email !== null && (email.length > 254 || !ADDRESS.test(email))) throw addressRefused();
        const kinds: readonly string[] = kindsFor(user.account.role);
        if (!off.every((kind) => kinds.includes(kind))) throw kindRefused();
        spendFreshFactor(fresh, user, 'notice.manage', clock);
        const preference = { email, language, off: [...new Set(off)].sort() };
        await database.transaction(async (tx) => {
          await requireActive(tx, user);
          await savePreference(tx, user.account.id, preference);
          await append(tx, {
            type: 'notice.preferences-set',
            actor: actorOf(user),
            source: user.source,
            details: { account: user.account.id, mail: email !== null, off: preference.off },
          });
        });
        return shown(user, preference);
      }),
  };
}
