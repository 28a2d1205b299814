// Targets, the logins on them and what opens these: the administrator writes them, nobody reads a credential back.

import type { AppendEvidence } from '../../audit/event.ts';
import type { Clock } from '../../store/core/clock.ts';
import { newId, parseId, type TargetAccountId, type TargetId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import { type TrustedKey, trustedKeys } from '../certificates/user-ca.ts';
import type { AuthenticatedUser } from '../login/authenticated-user.ts';
import { requireActive } from '../people/account-repository.ts';
import { type Authorize, actorOf, SYSTEM, witnessed } from '../permission.ts';
import { fingerprintOf, parseSshPublicKey } from '../ssh-public-key.ts';
import type { VaultWriter } from '../vault/vault.ts';
import { type CredentialKind, checkCredential, credentialContext } from './credential.ts';
import { targetHost } from './host.ts';
import {
  findTarget,
  insertTarget,
  insertTargetAccount,
  listTargetAccounts,
  listTargets,
  type Target,
  type TargetAccount,
} from './target-repository.ts';

export interface NewTarget {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** `algorithm base64`, compared by a person. */
  readonly hostKey: string;
}

export interface NewTargetAccount {
  readonly login: string;
  readonly credentialKind: CredentialKind;
  /** Left out where each opening gets a certificate. */
  readonly credential?: string;
}

export interface TargetView {
  readonly id: TargetId;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly hostKeyFingerprint: string;
  readonly hostKeyAlgorithm: string;
  readonly createdAt: number;
  readonly accounts: readonly {
    readonly id: TargetAccountId;
    readonly login: string;
    readonly credentialKind: CredentialKind;
    readonly createdAt: number;
  }[];
}

export interface RequestableTarget {
  readonly id: TargetId;
  readonly name: string;
  readonly accounts: readonly { readonly id: TargetAccountId; readonly login: string }[];
}

export const targetAbsent = defineRefusal('target.absent', 'absent', () => ({
  zh: '没有这个资产',
  en: 'there is no such target',
}));

export const targetNameInvalid = defineRefusal('target.name-invalid', 'invalid', () => ({
  zh: '资产名称由文字、数字、点、下划线或连字符组成，最多 64 个字符',
  en: 'a target’s name has letters, digits, dots, underscores and hyphens, at most 64',
}));

export const targetNameTaken = defineRefusal('target.name-taken', 'conflict', () => ({
  zh: '这个资产名称已被使用',
  en: 'this target name is taken',
}));

export const targetPortInvalid = defineRefusal('target.port-invalid', 'invalid', () => ({
  zh: '端口须在 1 到 65535 之间',
  en: 'a port is between 1 and 65535',
}));

export const loginInvalid = defineRefusal('target.login-invalid', 'invalid', () => ({
  zh: '资产账号由字母、数字和 . _ - @ \\ 组成，最多 64 个字符',
  en: 'a login has letters, digits and . _ - @ \\, at most 64',
}));

export const loginTaken = defineRefusal('target.login-taken', 'conflict', () => ({
  zh: '该资产上已有这个账号',
  en: 'this target has this login already',
}));

// Neither holds `+`, which separates them in the user name of a connection.
const TARGET_NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u;
const LOGIN = /^[A-Za-z0-9_][A-Za-z0-9._@\\-]{0,63}$/;
// A server's key is what it is: shorter than what people may register, but nothing that can be factored.
const LEAST_HOST_RSA_BITS = 2048;

export interface Targets {
  add(user: AuthenticatedUser, target: NewTarget): Promise<TargetView>;
  addAccount(user: AuthenticatedUser, targetId: string, account: NewTargetAccount): Promise<TargetView>;
  list(user: AuthenticatedUser): Promise<readonly TargetView[]>;
  /** The host, where this user may make us connect to it to ask for its key: what could be registered, nothing else. */
  scannable(user: AuthenticatedUser, host: string): Promise<string>;
  /** The lines for `TrustedUserCAKeys` of targets whose accounts open with a certificate. */
  trustedKeys(user: AuthenticatedUser): Promise<readonly TrustedKey[]>;
  /** What an operator may ask for in a ticket. */
  requestable(user: AuthenticatedUser): Promise<readonly RequestableTarget[]>;
}

export interface TargetUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly vault: VaultWriter;
  readonly authorize: Authorize;
  /** For the demonstration and for tests only. */
  readonly allowLoopback?: boolean;
}

export function createTargets(uses: TargetUses): Targets {
  const { database, changes, authorize, allowLoopback = false } = uses;
  const asking = <T>(
    user: AuthenticatedUser,
    action: 'target.manage' | 'target.list' | 'target.request',
    work: (tx: Tx) => Promise<T>,
  ): Promise<T> =>
    witnessed(uses, user, action, null, async () => {
      authorize(user, action, SYSTEM);
      const answer = await database.transaction(async (tx) => {
        await requireActive(tx, user);
        return work(tx);
      });
      if (action === 'target.manage') changes.publish('targets');
      return answer;
    });
  return {
    add: (user, target) => asking(user, 'target.manage', (tx) => addTarget(uses, tx, user, target)),
    addAccount: (user, targetId, account) =>
      asking(user, 'target.manage', (tx) => addTargetAccount(uses, tx, user, parseId('tgt', targetId), account)),
    list: (user) =>
      asking(user, 'target.list', async (tx) => views(await listTargets(tx), await listTargetAccounts(tx))),
    scannable: (user, host) => asking(user, 'target.list', async () => targetHost(host, { allowLoopback })),
    trustedKeys: (user) => asking(user, 'target.list', trustedKeys),
    requestable: (user) =>
      asking(user, 'target.request', async (tx) =>
        views(await listTargets(tx), await listTargetAccounts(tx))
          .filter(({ accounts }) => accounts.length > 0)
          .map(({ id, name, accounts }) => ({
            id,
            name,
            accounts: accounts.map((a) => ({ id: a.id, login: a.login })),
          })),
      ),
  };
}

async function addTarget(uses: TargetUses, tx: Tx, user: AuthenticatedUser, asked: NewTarget): Promise<TargetView> {
  const target = newTarget(asked, uses);
  if ((await listTargets(tx)).some(({ name }) => name === target.name)) throw targetNameTaken();
  await insertTarget(tx, target);
  const { id, name, host, port, hostKey } = target;
  await uses.append(tx, {
    type: 'target.added',
    actor: actorOf(user),
    source: user.source,
    details: { target: id, name, host, port, hostKey },
  });
  return viewOf(target, []);
}

function newTarget(asked: NewTarget, { clock, allowLoopback = false }: TargetUses): Target {
  const name = asked.name.normalize('NFC').trim();
  if (!TARGET_NAME.test(name)) throw targetNameInvalid();
  const { port } = asked;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw targetPortInvalid();
  const host = targetHost(asked.host, { allowLoopback });
  const { algorithm, blob } = parseSshPublicKey(asked.hostKey, {
    leastRsaBits: LEAST_HOST_RSA_BITS,
    securityKeys: false,
  });
  return {
    id: newId('tgt'),
    name,
    host,
    port,
    hostKey: `${algorithm} ${blob}`,
    createdAt: clock.now(),
    retiredAt: null,
  };
}

async function addTargetAccount(
  { clock, append, vault }: TargetUses,
  tx: Tx,
  user: AuthenticatedUser,
  targetId: TargetId | undefined,
  { login, credentialKind, ...given }: NewTargetAccount,
): Promise<TargetView> {
  const target = targetId && (await findTarget(tx, targetId));
  if (target === undefined || target.retiredAt !== null) throw targetAbsent();
  if (!LOGIN.test(login)) throw loginInvalid();
  const secret = checkCredential(credentialKind, given.credential);
  const others = (await listTargetAccounts(tx)).filter((other) => other.target === target.id);
  if (others.some((other) => other.login === login)) throw loginTaken();
  const account: TargetAccount = {
    id: newId('tac'),
    target: target.id,
    login,
    credentialKind,
    createdAt: clock.now(),
    retiredAt: null,
  };
  await insertTargetAccount(tx, account, secret && vault.seal(secret, credentialContext(account.id)));
  await append(tx, {
    type: 'target-account.added',
    actor: actorOf(user),
    source: user.source,
    details: { targetAccount: account.id, target: target.id, login },
  });
  return viewOf(target, [...others, account]);
}

function views(targets: readonly Target[], accounts: readonly TargetAccount[]): TargetView[] {
  return targets
    .filter(({ retiredAt }) => retiredAt === null)
    .map((target) =>
      viewOf(
        target,
        accounts.filter((account) => account.target === target.id),
      ),
    );
}

function viewOf(target: Target, accounts: readonly TargetAccount[]): TargetView {
  const { id, name, host, port, hostKey, createdAt } = target;
  const [hostKeyAlgorithm = '', blob = ''] = hostKey.split(' ');
  return {
    id,
    name,
    host,
    port,
    hostKeyFingerprint: fingerprintOf(Buffer.from(blob, 'base64')),
    hostKeyAlgorithm,
    createdAt,
    accounts: accounts
      .filter(({ retiredAt }) => retiredAt === null)
      .map(({ id, login, credentialKind, createdAt }) => ({ id, login, credentialKind, createdAt })),
  };
}
