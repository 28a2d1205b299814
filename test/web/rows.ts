// Everything the database holds, apart from what a refused request may leave: counters, the time of the last request,
// used codes, and the evidence of the refusal itself.

import { evidence } from '../support/evidence.ts';
import type { TestInstallation } from '../support/installation.ts';

const TABLES = [
  'account',
  'invitation',
  'public_key',
  'passkey',
  'browser_session',
  'target',
  'target_account',
  'ticket',
  'ticket_channel',
  'ticket_transition',
  'ticket_extension',
  'ticket_day',
  'ticket_decision',
  'ticket_edition',
  'ticket_form',
  'deputy',
  'target_group',
  'freeze_span',
  'emergency_review',
  'session',
  'custodian',
  'unsealing',
  'unsealing_share',
  'record_request',
  'notice_preference',
  'original_manifest',
  'original_item',
  'change_report',
] as const;

const LEFT_BY_REFUSALS = ['access.refused', 'login.failed', 'login.locked', 'step-up.failed'];

export async function everyRow(site: TestInstallation): Promise<Readonly<Record<string, unknown>>> {
  const rows: Record<string, unknown> = {};
  for (const table of TABLES) {
    const found = await site.running.database.transaction((tx) => tx.selectFrom(table).selectAll().execute());
    rows[table] = found.map((row) => ({ ...row, last_seen_at: 0, totp_step: 0 }));
  }
  const events = (await evidence(site)).map(({ type }) => type);
  return { ...rows, evidence: events.filter((type) => !LEFT_BY_REFUSALS.includes(type)) };
}
