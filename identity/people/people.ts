// The administrator's work with accounts: inviting and listing. Leaving is in departures/.

import type { Actor, AppendEvidence } from '../../audit/event.ts';
import type { Clock } from '../../store/core/clock.ts';
import { type AccountId, newId, parseId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import type { AccountState, Role } from '../../store/schema/states.ts';
import type { AuthenticatedUser } from '../login/authenticated-user.ts';
import { type Authorize, actorOf, SYSTEM, witnessed } from '../permission.ts';
import { plainText } from '../plain-text.ts';
import type { Vault } from '../vault/vault.ts';
import { ACCOUNT_NAME, type Account, accountAbsent, type Person } from './account.ts';
import {
  findAccount,
  findAccountByName,
  insertInvitedAccount,
  listAccounts,
  requireActive,
} from './account-repository.ts';
import { openInvitations } from './invitation-repository.ts';
import { type IssuedInvitation, issueInvitation } from './invitations.ts';

export interface NewAccount {
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  readonly vendor: string | null;
}

export interface AccountView {
  readonly person: Person;
  readonly state: AccountState;
  readonly createdAt: number;
  readonly departedAt: number | null;
  /** Null when there is no open invitation. */
  readonly invitationExpiresAt: number | null;
}

export interface Invited extends IssuedInvitation {
  readonly account: AccountView;
}

export const accountNameInvalid = defineRefusal('account.name-invalid', 'invalid', () => ({
  zh: '账号名须以小写字母开头，由 2 到 31 个小写字母、数字或连字符组成',
  en: 'a name starts with a letter and has 2 to 31 lower-case letters, digits or hyphens',
}));

export const accountNameTaken = defineRefusal('account.name-taken', 'conflict', () => ({
  zh: '这个账号名已被使用，离岗人员的账号名也不再分配',
  en: 'this name is taken; names of people who left are not given again',
}));

export const vendorOnlyForOperators = defineRefusal('account.vendor-only-for-operators', 'invalid', () => ({
  zh: '外部单位人员只能是系统操作员',
  en: 'people of another company can only be operators',
}));

export const accountAlreadyActive = defineRefusal('account.already-active', 'conflict', () => ({
  zh: '该账号不在待激活状态，不能再次邀请',
  en: 'this account is not waiting for its person; it cannot be invited again',
}));

export const alreadyInitialised = defineRefusal('account.already-initialised', 'conflict', () => ({
  zh: '已经有账号，不能再创建第一个管理员',
  en: 'there are accounts already; the first administrator cannot be made again',
}));

export interface People {
  invite(user: AuthenticatedUser, account: NewAccount): Promise<Invited>;
  /** A new link for an account whose person has not come yet; the old link is void. */
  inviteAgain(user: AuthenticatedUser, id: string): Promise<Invited>;
  list(user: AuthenticatedUser): Promise<readonly AccountView[]>;
  /** For `sluice init`: only while there is no account at all. */
  createFirstAdministrator(person: { readonly name: string; readonly displayName: string }): Promise<Invited>;
}

export interface PeopleUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly vault: Vault;
  readonly authorize: Authorize;
}

export function createPeople(uses: PeopleUses): People {
  const { database, clock, changes, authorize } = uses;
  const asking = <T>(user: AuthenticatedUser, action: 'account.invite' | 'account.list', work: () => Promise<T>) =>
    witnessed(uses, user, action, null, () => {
      authorize(user, action, SYSTEM);
      return work();
    });
  const published = (invited: Invited): Invited => {
    changes.publish('people');
    return invited;
  };
  return {
    invite: (user, account) =>
      asking(user, 'account.invite', async () => {
        const person = newPerson(account);
        const invited = await database.transaction(async (tx) => {
          await requireActive(tx, user);
          return createInvited(uses, tx, person, actorOf(user), user.source);
        });
        return published(invited);
      }),
    inviteAgain: (user, id) =>
      asking(user, 'account.invite', async () => {
        const invited = await database.transaction(async (tx) => {
          await requireActive(tx, user);
          return inviteAgain(uses, tx, user, parseId('acc', id));
        });
        return published(invited);
      }),
    list: (user) =>
      asking(user, 'account.list', () =>
        database.transaction(async (tx) => {
          const open = await openInvitations(tx, clock.now());
          return (await listAccounts(tx)).map((account) => viewOf(account, open.get(account.person.id) ?? null));
        }),
      ),
    async createFirstAdministrator({ name, displayName }) {
      const person = newPerson({ name, displayName, role: 'admin', vendor: null });
      const invited = await database.transaction(async (tx) => {
        if ((await listAccounts(tx)).length > 0) throw alreadyInitialised();
        return createInvited(uses, tx, person, { kind: 'system' });
      });
      return published(invited);
    },
  };
}

function newPerson({ name, displayName, role, vendor }: NewAccount): Person {
  if (!ACCOUNT_NAME.test(name)) throw accountNameInvalid();
  if (vendor !== null && role !== 'operator') throw vendorOnlyForOperators();
  return {
    id: newId('acc'),
    name,
    displayName: plainText(displayName, { field: 'displayName', maxLength: 64 }),
    role,
    vendor: vendor === null ? null : plainText(vendor, { field: 'vendor', maxLength: 100 }),
  };
}

async function createInvited(
  { clock, append, vault }: PeopleUses,
  tx: Tx,
  person: Person,
  actor: Actor,
  source?: string,
): Promise<Invited> {
  if ((await findAccountByName(tx, person.name)) !== undefined) throw accountNameTaken();
  const now = clock.now();
  await insertInvitedAccount(tx, person, now);
  const issued = await issueInvitation(tx, vault, person.id, now);
  await recordInvited(tx, append, person, actor, source);
  const { expiresAt } = issued;
  const account: AccountView = {
    person,
    state: 'invited',
    createdAt: now,
    departedAt: null,
    invitationExpiresAt: expiresAt,
  };
  return { ...issued, account };
}

async function inviteAgain(
  { clock, append, vault }: PeopleUses,
  tx: Tx,
  user: AuthenticatedUser,
  id: AccountId | undefined,
): Promise<Invited> {
  const account = id && (await findAccount(tx, id));
  if (account === undefined) throw accountAbsent();
  if (account.state !== 'invited') throw accountAlreadyActive();
  const issued = await issueInvitation(tx, vault, account.person.id, clock.now());
  await recordInvited(tx, append, account.person, actorOf(user), user.source);
  return { ...issued, account: viewOf(account, issued.expiresAt) };
}

async function recordInvited(
  tx: Tx,
  append: AppendEvidence,
  { id, name, role }: Person,
  actor: Actor,
  source: string | undefined,
): Promise<void> {
  const details = { account: id, name, role };
  await append(tx, {
    type: 'account.invited',
    actor,
    ...(source === undefined ? {} : { source }),
    details,
  });
}

function viewOf({ person, state, createdAt, departedAt }: Account, invitationExpiresAt: number | null): AccountView {
  return { person, state, createdAt, departedAt, invitationExpiresAt };
}
