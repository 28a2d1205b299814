// Every table by its name. Times are milliseconds since 1970 (integer columns), ids are text, structured values are JSON
// text. Write-once columns have `never` as their update type.

import type { EvidenceHeadTable, EvidenceTable } from './evidence-tables.ts';
import type { NoticeDeliveryTable, NoticePreferenceTable, NoticeTable } from './notice-tables.ts';
import type {
  AccessLockTable,
  AccountTable,
  BrowserSessionTable,
  InvitationTable,
  LoginThrottleTable,
  PasskeyTable,
  PublicKeyTable,
} from './people-tables.ts';
import type {
  ChangeReportTable,
  CustodianTable,
  DiskWatchTable,
  OriginalItemTable,
  OriginalManifestTable,
  RecordHoldTable,
  RecordRequestAboutTable,
  RecordRequestTable,
  SearchBucketTable,
  SearchDocumentTable,
  SearchSegmentTable,
  SearchSessionTable,
  SessionDestructionTable,
  SessionTable,
  UnsealingShareTable,
  UnsealingTable,
} from './session-tables.ts';
import type {
  DeputyTable,
  EmergencyReviewTable,
  FreezeTable,
  TargetAccountTable,
  TargetGroupTable,
  TargetTable,
  TicketArcTable,
  TicketChannelTable,
  TicketCompanionTable,
  TicketDayTable,
  TicketDecisionTable,
  TicketEditionTable,
  TicketExtensionTable,
  TicketFormTable,
  TicketTable,
  TicketTransitionTable,
  TicketUnclosedTable,
  UserCaKeyTable,
} from './ticket-tables.ts';

export interface Tables {
  access_lock: AccessLockTable;
  account: AccountTable;
  invitation: InvitationTable;
  public_key: PublicKeyTable;
  passkey: PasskeyTable;
  browser_session: BrowserSessionTable;
  login_throttle: LoginThrottleTable;
  target: TargetTable;
  target_account: TargetAccountTable;
  user_ca_key: UserCaKeyTable;
  ticket: TicketTable;
  ticket_channel: TicketChannelTable;
  ticket_companion: TicketCompanionTable;
  ticket_extension: TicketExtensionTable;
  ticket_transition: TicketTransitionTable;
  ticket_arc: TicketArcTable;
  ticket_day: TicketDayTable;
  ticket_decision: TicketDecisionTable;
  ticket_edition: TicketEditionTable;
  ticket_form: TicketFormTable;
  deputy: DeputyTable;
  target_group: TargetGroupTable;
  freeze_span: FreezeTable;
  emergency_review: EmergencyReviewTable;
  session: SessionTable;
  custodian: CustodianTable;
  unsealing: UnsealingTable;
  unsealing_share: UnsealingShareTable;
  record_request: RecordRequestTable;
  record_request_about: RecordRequestAboutTable;
  record_hold: RecordHoldTable;
  session_destruction: SessionDestructionTable;
  disk_watch: DiskWatchTable;
  notice: NoticeTable;
  notice_delivery: NoticeDeliveryTable;
  notice_preference: NoticePreferenceTable;
  ticket_unclosed: TicketUnclosedTable;
  original_manifest: OriginalManifestTable;
  original_item: OriginalItemTable;
  change_report: ChangeReportTable;
  search_session: SearchSessionTable;
  search_document: SearchDocumentTable;
  search_segment: SearchSegmentTable;
  search_bucket: SearchBucketTable;
  evidence: EvidenceTable;
  evidence_head: EvidenceHeadTable;
}
