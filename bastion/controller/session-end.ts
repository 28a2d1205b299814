// How the end of a session is written down: as its end where it was opened, as a refusal where it came to nothing.

import type { ApprovedChannel } from '../../approvals/access/approved-channel.ts';
import type { SessionEnd, SessionLog } from '../../approvals/access/session-log.ts';
import type { AppendEvidence } from '../../audit/event.ts';
import type { Clock } from '../../store/core/clock.ts';
import type { EndReason } from '../../store/core/end-reason.ts';
import type { Logger } from '../../store/core/logger.ts';
import type { Database } from '../../store/database.ts';
import type { Channels } from './channels.ts';

export interface EndUses {
  readonly database: Database;
  readonly clock: Clock;
  readonly append: AppendEvidence;
  readonly sessionLog: Pick<SessionLog, 'ended' | 'neverOpened'>;
}

const WRITE_AGAIN_MS = 1000;

/** An end comes once: where the database cannot take it now, it is written later, or found by recovery after the link. */
export async function writeEnd(
  services: EndUses,
  { channels, logger }: { readonly channels: Channels; readonly logger: Logger },
  approved: ApprovedChannel,
  end: SessionEnd,
): Promise<void> {
  const { session } = approved;
  const opened = channels.wasOpened(session);
  while (channels.has(session)) {
    try {
      if (opened) await wasOpened(services, approved, end);
      else await neverOpened(services, approved, end);
      return;
    } catch (error) {
      logger.error('session.end-not-written', error, { session });
      await new Promise<void>((resolve) => services.clock.after(WRITE_AGAIN_MS, resolve));
    }
  }
}

async function wasOpened(services: EndUses, approved: ApprovedChannel, end: SessionEnd): Promise<void> {
  const first = await services.sessionLog.ended(approved.session, end);
  // It was opened and came to nothing: to who asked that is a no.
  if (first && end.reason === 'unsupervised') await refused(services, approved, end.reason);
}

/** Approved, and yet it came to nothing: the recorder or the gateway said no before the session was written down. */
async function neverOpened(
  services: EndUses,
  approved: ApprovedChannel,
  { reason, tracks }: Pick<SessionEnd, 'reason' | 'tracks'>,
): Promise<void> {
  await refused(services, approved, reason);
  if (tracks !== null) await services.sessionLog.neverOpened(approved.session, tracks, 'sealed');
}

async function refused(
  { database, append }: EndUses,
  { user, source, target, targetAccount, kind, ticket }: ApprovedChannel,
  reason: EndReason,
): Promise<void> {
  await database.transaction((tx) =>
    append(tx, {
      type: 'access.refused',
      actor: { kind: 'account', id: user.account.id, name: user.account.name },
      source,
      details: {
        action: 'channel.open',
        code: `session.${reason}`,
        request: { ticket: ticket.id, target: target.id, targetAccount: targetAccount.id, kind },
      },
    }),
  );
}
