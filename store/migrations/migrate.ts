// Brings a database up to date. Migrations are listed here, in order, and are never edited once released.

import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { DatabaseKind } from '../database-kind.ts';
import type { Tables } from '../schema/tables.ts';
import { firstOpening } from './0001-first-opening.ts';
import { filesAndForwarding } from './0002-files-and-forwarding.ts';
import { custodians } from './0003-custodians.ts';
import { recordRequests } from './0004-record-requests.ts';
import { searchIndex } from './0008-search-index.ts';
import { keeping } from './0009-keeping.ts';
import { notices } from './0015-notices.ts';
import { ticketTerms } from './0016-ticket-terms.ts';
import { changeControl } from './0017-change-control.ts';
import { originals } from './0018-originals.ts';
import { liveSessions } from './0019-live-sessions.ts';
import { certificates } from './0022-certificates.ts';
import { identity } from './0023-identity.ts';
import { locks } from './0024-locks.ts';
import { passkeys } from './0025-passkeys.ts';

/** All of them or none, whatever fails or kills it. Throws the failing migration's own error. */
export async function migrate(kysely: Kysely<Tables>, kind: DatabaseKind): Promise<void> {
  const migrations: Record<string, Migration> = {
    '0001-first-opening': firstOpening(kind),
    '0002-files-and-forwarding': filesAndForwarding(kind),
    '0003-custodians': custodians(),
    '0004-record-requests': recordRequests(kind),
    '0008-search-index': searchIndex(kind),
    '0009-keeping': keeping(kind),
    '0015-notices': notices(),
    '0016-ticket-terms': ticketTerms(),
    '0017-change-control': changeControl(kind),
    '0018-originals': originals(),
    '0019-live-sessions': liveSessions(kind),
    '0022-certificates': certificates(kind),
    '0023-identity': identity(kind),
    '0024-locks': locks(kind),
    '0025-passkeys': passkeys(kind),
  };
  const migrator = new Migrator({
    db: kysely,
    provider: { getMigrations: async () => migrations },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
