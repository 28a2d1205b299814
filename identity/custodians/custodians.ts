// Custodians: people of the centre, each with an age identity of their own, two of whom together can open what was
// typed in a session. The head appoints them; a departure removes them.

import type { AppendEvidence } from '../../audit/event.ts';
import { type CustodianSet, isRecipient } from '../../recordings/storage/custodian-seal.ts';
import type { Clock } from '../../store/core/clock.ts';
import { newId, parseId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { Database, Tx } from '../../store/database.ts';
import type { Changes } from '../../store/notify.ts';
import type { AuthenticatedUser } from '../login/authenticated-user.ts';
import { type FreshFactor, spendFreshFactor } from '../login/fresh-factor.ts';
import { accountAbsent } from '../people/account.ts';
import { findAccount, requireActive } from '../people/account-repository.ts';
import { type Authorize, actorOf, SYSTEM, witnessed } from '../permission.ts';
import {
  type Custodian,
  insertCustodian,
  isRecipientTaken,
  listCustodians,
  removeCustodian,
} from './custodian-repository.ts';

const ageRefused = defineRefusal('custodian.recipient', 'invalid', () => ({
  zh: '应为一个 age 公钥（以 age1 开头的 62 个小写字符），请核对是否抄错',
  en: 'expected an age public key, 62 characters in lower case that begin with age1; check for a typing mistake',
}));

const recipientTaken = defineRefusal('custodian.recipient-taken', 'conflict', () => ({
  zh: '这个公钥已经登记过，请保管人另行生成一个',
  en: 'this public key was registered before; the custodian has to make another',
}));

const notFitting = defineRefusal('custodian.role', 'invalid', () => ({
  zh: '保管人只能是本中心在岗的负责人、信息科人员或审计员',
  en: 'a custodian is an active head, auditor or member of the information section of the centre',
}));

const alreadyCustodian = defineRefusal('custodian.already', 'conflict', () => ({
  zh: '此人已是保管人；要换公钥，先解除再任命',
  en: 'this person is a custodian already; to change the key, remove them and appoint them again',
}));

const tooMany = defineRefusal('custodian.too-many', 'conflict', () => ({
  zh: `保管人最多 ${MOST_CUSTODIANS} 名`,
  en: `there are at most ${MOST_CUSTODIANS} custodians`,
}));

const custodianAbsent = defineRefusal('custodian.absent', 'absent', () => ({
  zh: '此人不是保管人',
  en: 'this person is no custodian',
}));

/** A share for each stands in the header of every recording. */
const MOST_CUSTODIANS = 9;
/** How many it takes. With fewer in office the records key opens what was typed, and every view says so. */
export const CUSTODIANS_NEEDED = 2;
const AGE_RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;

export interface Custodians {
  list(user: AuthenticatedUser): Promise<readonly Custodian[]>;
  /** Throws `custodian.recipient`, `.recipient-taken`, `.role`, `.already`, `.too-many` or `account.absent`. */
  appoint(
    user: AuthenticatedUser,
    fresh: FreshFactor,
    account: string,
    recipient: string,
  ): Promise<readonly Custodian[]>;
  /** Throws `custodian.absent`. Recordings made meanwhile stay sealed to them as well. */
  remove(user: AuthenticatedUser, fresh: FreshFactor, account: string): Promise<readonly Custodian[]>;
  /** What a session that opens now is sealed to; null while there are too few. */
  inOffice(): Promise<CustodianSet | null>;
}

export interface CustodianUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly changes: Changes;
  readonly authorize: Authorize;
}

export function createCustodians(uses: CustodianUses): Custodians {
  const { database, clock, append, changes, authorize } = uses;
  const managing = <T>(user: AuthenticatedUser, fresh: FreshFactor, account: string, work: (tx: Tx) => Promise<T>) =>
    witnessed(uses, user, 'custodian.manage', { account: account.slice(0, 64).toWellFormed() }, async () => {
      authorize(user, 'custodian.manage', SYSTEM);
      spendFreshFactor(fresh, user, 'custodian.manage', clock);
      const made = await database.transaction(async (tx) => {
        await requireActive(tx, user);
        return work(tx);
      });
      changes.publish('people');
      return made;
    });
  return {
    list: (user) =>
      witnessed(uses, user, 'custodian.list', null, () => {
        authorize(user, 'custodian.list', SYSTEM);
        return database.transaction(listCustodians);
      }),
    appoint: (user, fresh, account, recipient) =>
      managing(user, fresh, account, async (tx) => {
        const id = newId('cus');
        const person = await fitting(tx, account, recipient);
        await insertCustodian(tx, { id, account: person.id, recipient, now: clock.now() });
        await append(tx, {
          type: 'custodian.appointed',
          actor: actorOf(user),
          source: user.source,
          details: { account: person.id, custodian: id, recipient },
        });
        return listCustodians(tx);
      }),
    remove: (user, fresh, account) =>
      managing(user, fresh, account, async (tx) => {
        const id = parseId('acc', account);
        const custodian = id && (await removeCustodian(tx, id, clock.now()));
        if (custodian === undefined) throw custodianAbsent();
        await append(tx, {
          type: 'custodian.removed',
          actor: actorOf(user),
          source: user.source,
          details: { account, custodian },
        });
        return listCustodians(tx);
      }),
    async inOffice() {
      const all = await database.transaction(listCustodians);
      if (all.length < CUSTODIANS_NEEDED) return null;
      return { threshold: CUSTODIANS_NEEDED, recipients: all.map(({ recipient }) => recipient) };
    },
  };
}

async function fitting(tx: Tx, account: string, recipient: string) {
  if (!AGE_RECIPIENT.test(recipient) || !(await isRecipient(recipient))) throw ageRefused();
  const id = parseId('acc', account);
  const found = id && (await findAccount(tx, id));
  if (found === undefined) throw accountAbsent();
  const { person, state } = found;
  const ofCentre = person.vendor === null && ['head', 'section', 'auditor'].includes(person.role);
  if (!ofCentre || state !== 'active') throw notFitting();
  const all = await listCustodians(tx);
  if (all.some((each) => each.person.id === person.id)) throw alreadyCustodian();
  if (all.length >= MOST_CUSTODIANS) throw tooMany();
  if (await isRecipientTaken(tx, recipient)) throw recipientTaken();
  return person;
}
