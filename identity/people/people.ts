// The administrator's work with accounts: inviting and listing. Leaving is in departures/.

import type { Actor, AppendEvidence } from '../../audit/event.ts';
import type { Clock } from '../../store/core/clock.ts';
import { type AccountId, newId, parseId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import type { IdentityDocument } from '../../store/schema/identity-document.ts';
import type { AccountState, Role } from '../../store/schema/states.ts';
import type { AuthenticatedUser } from '../login/authenticated-user.ts';
import { type Authorize, actorOf, SYSTEM, witnessed } from '../permission.ts';
import { plainText } from '../plain-text.ts';
import type { Vault } from '../vault/vault.ts';
import { ACCOUNT_NAME, type Account, accountAbsent, type Person } from './account.ts';
import {
  findAccount,
  findAccountByIdentity,
  findAccountByName,
  identifyAccount,
  insertInvitedAccount,
  listAccounts,
  requireActive,
} from './account-repository.ts';
import { type IdentityBody, type IdentityCheck, identityDigest, identityKnown, samePerson } from './identity-check.ts';
import { openInvitations } from './invitation-repository.ts';
import { type IssuedInvitation, issueInvitation } from './invitations.ts';

export interface NewAccount {
  /** The paper somebody saw. */
  readonly identity: IdentityBody;
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  readonly vendor: string | null;
}

/** One of the three people without whom nothing opens. */
export interface Founder {
  readonly name: string;
  readonly displayName: string;
  readonly role: 'admin' | 'head' | 'auditor';
}

export interface AccountView {
  readonly person: Person;
  readonly state: AccountState;
  readonly createdAt: number;
  readonly departedAt: number | null;
  /** What was seen and by whom, never the number; null where nobody has looked. */
  readonly identity: IdentityView | null;
  /** Null when there is no open invitation. */
  readonly invitationExpiresAt: number | null;
}

export interface IdentityView {
  readonly document: IdentityDocument;
  readonly seenBy: Person;
  readonly seenAt: number;
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
  zh: '已经有账号，不能再次初始化',
  en: 'there are accounts already; the first ones cannot be made again',
}));

export interface People {
  /** Throws `identity.number-invalid`, `account.same-person`. */
  invite(user: AuthenticatedUser, account: NewAccount): Promise<Invited>;
  /** A new link for an account whose person has not come yet; the old link is void. */
  inviteAgain(user: AuthenticatedUser, id: string): Promise<Invited>;
  /**
   * For an account from before identities were checked. Throws `account.identity-known`, `account.same-person`,
   * `duty.identifies-self`.
   */
  identify(user: AuthenticatedUser, id: string, identity: IdentityBody): Promise<AccountView>;
  list(user: AuthenticatedUser): Promise<readonly AccountView[]>;
  /** For `sluice init`: only while there is no account at all. Who they are is checked by one another afterwards. */
  createFounders(founders: readonly Founder[]): Promise<readonly Invited[]>;
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
        const digest = digestOf(uses, account.identity);
        const invited = await database.transaction(async (tx) => {
          await requireActive(tx, user);
          const { document } = account.identity;
          const identity = { document, digest, seenBy: user.account.id, seenAt: clock.now() };
          return createInvited(uses, tx, { person, identity }, actorOf(user), user.source);
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
    identify: (user, id, identity) =>
      witnessed(uses, user, 'account.identify', { account: id }, async () => {
        const view = await database.transaction(async (tx) => {
          await requireActive(tx, user);
          return identify(uses, tx, user, parseId('acc', id), identity);
        });
        changes.publish('people');
        return view;
      }),
    list: (user) =>
      asking(user, 'account.list', () =>
        database.transaction(async (tx) => {
          const open = await openInvitations(tx, clock.now());
          const all = await listAccounts(tx);
          const people = new Map(all.map(({ person }) => [person.id, person]));
          return all.map((account) => viewOf(account, people, open.get(account.person.id) ?? null));
        }),
      ),
    async createFounders(founders) {
      // Nobody is there yet who could look at a paper.
      const people = founders.map((founder) => newPerson({ ...founder, vendor: null }));
      const invited = await database.transaction(async (tx) => {
        if ((await listAccounts(tx)).length > 0) throw alreadyInitialised();
        const made: Invited[] = [];
        for (const person of people) {
          made.push(await createInvited(uses, tx, { person, identity: null }, { kind: 'system' }));
        }
        return made;
      });
      return invited.map(published);
    },
  };
}

function newPerson({ name, displayName, role, vendor }: Omit<NewAccount, 'identity'>): Person {
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
  { person, identity }: { readonly person: Person; readonly identity: IdentityCheck | null },
  actor: Actor,
  source?: string,
): Promise<Invited> {
  if ((await findAccountByName(tx, person.name)) !== undefined) throw accountNameTaken();
  if (identity !== null) await requireNewPerson(tx, identity.digest);
  const now = clock.now();
  await insertInvitedAccount(tx, person, identity, now);
  const issued = await issueInvitation(tx, vault, person.id, now);
  await recordInvited(tx, append, person, { actor, source, document: identity?.document });
  return { ...issued, account: await viewById(tx, person.id, issued.expiresAt) };
}

function digestOf({ vault, clock }: PeopleUses, identity: IdentityBody): string {
  return identityDigest(vault, identity, new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', ''));
}

/** The database holds the same, against whoever comes past this. */
async function requireNewPerson(tx: Tx, digest: string): Promise<void> {
  const known = await findAccountByIdentity(tx, digest);
  if (known !== undefined) throw samePerson({ name: known.person.name });
}

async function identify(
  uses: PeopleUses,
  tx: Tx,
  user: AuthenticatedUser,
  id: AccountId | undefined,
  body: IdentityBody,
): Promise<AccountView> {
  const account = id && (await findAccount(tx, id));
  // Whoever may not look gets the refusal, whether or not there is such an account.
  uses.authorize(user, 'account.identify', { kind: 'account', id: account?.person.id ?? newId('acc') });
  if (account === undefined) throw accountAbsent();
  if (account.identity !== null) throw identityKnown();
  const digest = digestOf(uses, body);
  await requireNewPerson(tx, digest);
  const { document } = body;
  await identifyAccount(tx, account, { document, digest, seenBy: user.account.id, seenAt: uses.clock.now() });
  const details = { account: account.person.id, document };
  await uses.append(tx, { type: 'account.identified', actor: actorOf(user), source: user.source, details });
  const open = await openInvitations(tx, uses.clock.now());
  return viewById(tx, account.person.id, open.get(account.person.id) ?? null);
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
  await recordInvited(tx, append, account.person, { actor: actorOf(user), source: user.source });
  return { ...issued, account: await viewById(tx, account.person.id, issued.expiresAt) };
}

async function recordInvited(
  tx: Tx,
  append: AppendEvidence,
  { id, name, role }: Person,
  { actor, source, document }: { actor: Actor; source: string | undefined; document?: IdentityDocument | undefined },
): Promise<void> {
  const details = { account: id, name, role, ...(document === undefined ? {} : { document }) };
  await append(tx, {
    type: 'account.invited',
    actor,
    ...(source === undefined ? {} : { source }),
    details,
  });
}

async function viewById(tx: Tx, id: AccountId, invitationExpiresAt: number | null): Promise<AccountView> {
  const account = await findAccount(tx, id);
  if (account === undefined) throw accountAbsent();
  const seer = account.identity && (await findAccount(tx, account.identity.seenBy));
  return viewOf(account, new Map(seer ? [[seer.person.id, seer.person]] : []), invitationExpiresAt);
}

function viewOf(
  { person, state, createdAt, departedAt, identity: check }: Account,
  people: ReadonlyMap<AccountId, Person>,
  invitationExpiresAt: number | null,
): AccountView {
  const seenBy = check === null ? undefined : people.get(check.seenBy);
  const identity =
    check === null || seenBy === undefined ? null : { document: check.document, seenBy, seenAt: check.seenAt };
  return { person, state, createdAt, departedAt, identity, invitationExpiresAt };
}
