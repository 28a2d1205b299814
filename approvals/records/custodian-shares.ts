// A custodian's part in an unsealing, whenever they come: they are handed the capsule with their share, after that stands
// in the evidence log, open it with their own identity wherever they like, and hand the share in. With enough of them the
// key is put together, checked, and kept for as long as the opening lasts.

import { recipientsOf } from '../../identity/custodians/custodian-repository.ts';
import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import { requireActive } from '../../identity/people/account-repository.ts';
import { actorOf, witnessed } from '../../identity/permission.ts';
import type { TrackHeader } from '../../recordings/format/header.ts';
import {
  combineShares,
  custodianCapsule,
  custodianTerms,
  isShareOf,
  SHARE_BYTES,
} from '../../recordings/storage/custodian-seal.ts';
import { unwrap, wrap } from '../../recordings/storage/wrap.ts';
import { parseId, type UnsealingId } from '../../store/core/ids.ts';
import { Refusal } from '../../store/core/refusal.ts';
import type { Tx } from '../../store/database.ts';
import type { SessionView } from '../access/session-repository.ts';
import { visibleSession } from '../access/visible-session.ts';
import {
  keysUnreadable,
  notCustodian,
  notReleased,
  ownUnsealing,
  shareWrong,
  unsealingAbsent,
  unsealingOver,
} from './unsealing-refusals.ts';
import {
  findUnsealing,
  forgetOld,
  type NamedUnsealing,
  openUnsealing,
  receiveShare,
  releaseShare,
  sharesOf,
} from './unsealing-repository.ts';
import { keyPurpose, named, type UnsealingUses } from './unsealing-uses.ts';
import { type UnsealingView, unsealingView } from './unsealing-view.ts';
import { OPEN_MS } from './unsealings.ts';

export interface CustodianShares {
  /** The age file with this custodian's share. Its release is in the evidence log before this resolves. */
  capsule(user: AuthenticatedUser, unsealing: string): Promise<Buffer>;
  /** Throws `unsealing.share-wrong` when it is not what was sealed for them. */
  share(user: AuthenticatedUser, unsealing: string, share: Buffer): Promise<UnsealingView>;
}

interface Asked {
  readonly row: NamedUnsealing;
  readonly session: SessionView;
  readonly header: TrackHeader;
}

export function createCustodianShares(uses: UnsealingUses): CustodianShares {
  const { database, clock, append, changes, recordsKey, headerOf } = uses;
  return {
    capsule: (user, id) =>
      sharing(user, id, async ({ row, header }) => {
        const recipient = await database.transaction((tx) => recipientFor(tx, user, header));
        const capsule = custodianCapsule(recordsKey, header, recipient);
        if (capsule === undefined) throw keysUnreadable();
        // Committed before the capsule leaves: whoever has it can open it at any time.
        await database.transaction((tx) => release(tx, user, row, recipient));
        changes.publish('sessions');
        return capsule;
      }),

    share: (user, id, share) =>
      sharing(user, id, async ({ row, session, header }) => {
        const right = await database.transaction((tx) => receive(tx, user, { row, header, share }));
        if (!right) throw shareWrong();
        await open(row, header);
        changes.publish('sessions');
        return database.transaction(async (tx) => {
          const found = (await findUnsealing(tx, row.id)) ?? row;
          return unsealingView(tx, user, { row: found, session, terms: custodianTerms(header) }, clock.now());
        });
      }),
  };

  /** What a custodian does about an unsealing that waits. */
  function sharing<T>(user: AuthenticatedUser, text: string, work: (asked: Asked) => Promise<T>): Promise<T> {
    return witnessed(uses, user, 'session.share', { unsealing: text.slice(0, 64).toWellFormed() }, async () => {
      const { row, session } = await database.transaction((tx) => asked(tx, user, text));
      if (row.requester_id === user.account.id) throw ownUnsealing();
      if (row.opened_at !== null || row.expires_at <= clock.now()) throw unsealingOver();
      const header = await headerOf(row.session_id);
      if (header === undefined) throw keysUnreadable();
      return work({ row, session, header });
    });
  }

  /** What is asked about a session that this person does not see is not there either. */
  async function asked(tx: Tx, user: AuthenticatedUser, text: string): Promise<Omit<Asked, 'header'>> {
    const id = parseId('uns', text);
    const row = id && (await findUnsealing(tx, id));
    if (row === undefined) throw unsealingAbsent();
    try {
      return { row, session: await visibleSession(uses, tx, user, row.session_id, 'session.share') };
    } catch (error) {
      throw error instanceof Refusal && error.kind === 'absent' ? unsealingAbsent() : error;
    }
  }

  async function release(tx: Tx, user: AuthenticatedUser, row: NamedUnsealing, recipient: string): Promise<void> {
    await requireActive(tx, user);
    await releaseShare(tx, {
      unsealing_id: row.id,
      requester_id: row.requester_id,
      account_id: user.account.id,
      recipient,
      released_at: clock.now(),
      received_at: null,
      share: null,
    });
    await append(tx, {
      type: 'unsealing.share-released',
      actor: actorOf(user),
      source: user.source,
      details: { ...named(row), recipient },
    });
  }

  /** Whether it was the right one; on record either way. */
  async function receive(
    tx: Tx,
    user: AuthenticatedUser,
    { row, header, share }: { readonly row: NamedUnsealing; readonly header: TrackHeader; readonly share: Buffer },
  ): Promise<boolean> {
    await requireActive(tx, user);
    const account = user.account.id;
    const mine = (await sharesOf(tx, row.id)).find(({ account_id }) => account_id === account);
    if (mine === undefined) throw notReleased();
    const terms = custodianTerms(header);
    const right = terms !== undefined && share.length === SHARE_BYTES && isShareOf(terms, mine.recipient, share);
    const kept = wrap(recordsKey, share, sharePurpose(row.id, account)).toString('base64');
    if (right) await receiveShare(tx, row.id, account, { now: clock.now(), share: kept });
    const details = { ...named(row), right };
    await append(tx, { type: 'unsealing.share-received', actor: actorOf(user), source: user.source, details });
    return right;
  }

  /** Puts the key together when there are enough shares. Two custodians at once: one of them opens it. */
  async function open(row: NamedUnsealing, header: TrackHeader): Promise<void> {
    const given = await database.transaction((tx) => sharesOf(tx, row.id));
    const shares = given.flatMap(({ account_id, share }) => {
      if (share === null) return [];
      return unwrap(recordsKey, Buffer.from(share, 'base64'), sharePurpose(row.id, account_id)) ?? [];
    });
    const key = await combineShares(header, shares);
    if (key === undefined) return;
    const now = clock.now();
    const until = now + OPEN_MS;
    const dataKey = wrap(recordsKey, key.reveal(), keyPurpose(row.id)).toString('base64');
    await database.transaction(async (tx) => {
      if (!(await openUnsealing(tx, row.id, { now, until, dataKey }))) return;
      await append(tx, { type: 'unsealing.opened', actor: { kind: 'system' }, details: { ...named(row), until } });
      await forgetOld(tx, now);
    });
  }
}

/** Whoever holds a share of that recording, with the key it was sealed to then. */
async function recipientFor(tx: Tx, user: AuthenticatedUser, header: TrackHeader): Promise<string> {
  const own = await recipientsOf(tx, user.account.id);
  const found = custodianTerms(header)?.shares.find(({ recipient }) => own.includes(recipient));
  if (found === undefined) throw notCustodian();
  return found.recipient;
}

function sharePurpose(unsealing: UnsealingId, account: string) {
  return { purpose: 'sluice unsealing share', unsealing, account };
}
