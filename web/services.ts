// What the web server is given: the services of the folders to its right, and the gateway in its own words. It holds
// no database and decides nothing.

import type { EndSession } from '../approvals/access/end-session.ts';
import type { SessionLog } from '../approvals/access/session-log.ts';
import type { Attachments } from '../approvals/attachments/attachments.ts';
import type { Deputies } from '../approvals/deputies/service.ts';
import type { Extensions } from '../approvals/extensions/service.ts';
import type { Forms } from '../approvals/forms/forms.ts';
import type { Freezes } from '../approvals/freeze/service.ts';
import type { Destructions } from '../approvals/keeping/destructions.ts';
import type { DiskWatch } from '../approvals/keeping/disk-watch.ts';
import type { ListDue } from '../approvals/keeping/due-records.ts';
import type { Holds } from '../approvals/keeping/holds.ts';
import type { NoticeSettings } from '../approvals/notices/preferences.ts';
import type { Originals } from '../approvals/originals/originals.ts';
import type { ReadTicketAgain } from '../approvals/originals/read-again.ts';
import type { CustodianShares } from '../approvals/records/custodian-shares.ts';
import type { SearchRecords } from '../approvals/records/search-records.ts';
import type { RecordRequests } from '../approvals/records/service.ts';
import type { Unsealings } from '../approvals/records/unsealings.ts';
import type { RouteArrangements } from '../approvals/routes/service.ts';
import type { Supervision } from '../approvals/supervision/supervision.ts';
import type { Tickets } from '../approvals/ticket/service.ts';
import type { BrowserSessions } from '../identity/browser/browser-sessions.ts';
import type { Custodians } from '../identity/custodians/custodians.ts';
import type { Departures } from '../identity/departures/departures.ts';
import type { Locks } from '../identity/locks/locks.ts';
import type { AuthenticatedUser } from '../identity/login/authenticated-user.ts';
import type { StepUp } from '../identity/login/fresh-factor.ts';
import type { WebSignIn } from '../identity/login/web-sign-in.ts';
import type { Invitations } from '../identity/people/invitations.ts';
import type { Passkeys } from '../identity/people/passkeys.ts';
import type { People } from '../identity/people/people.ts';
import type { PublicKeys } from '../identity/people/public-keys.ts';
import type { Targets } from '../identity/targets/targets.ts';
import type { Clock } from '../store/core/clock.ts';
import type { Logger } from '../store/core/logger.ts';
import type { Changes } from '../store/notify.ts';
import type { SshAddress } from './api/ticket-answer.ts';
import type { EvidenceReader } from './evidence-reader.ts';
import type { Exports } from './exports.ts';
import type { LiveView } from './live-view.ts';
import type { Replay } from './replay.ts';
import type { SessionCommands } from './session-commands.ts';
import type { SessionFiles } from './session-files.ts';
import type { HostKeyScanner, TerminalGateway } from './terminal-gateway.ts';

export interface WebServices {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly changes: Changes;
  readonly webSignIn: WebSignIn;
  readonly browserSessions: BrowserSessions;
  readonly stepUp: StepUp;
  /** Runs `work` for that person; where it is refused, that is in the evidence. */
  readonly witness: <T>(
    user: AuthenticatedUser,
    action: string,
    request: Readonly<Record<string, string>>,
    work: () => Promise<T>,
  ) => Promise<T>;
  readonly invitations: Invitations;
  readonly people: People;
  readonly publicKeys: PublicKeys;
  readonly passkeys: Passkeys;
  readonly noticeSettings: NoticeSettings;
  readonly targets: Targets;
  readonly departures: Departures;
  readonly locks: Locks;
  readonly custodians: Custodians;
  readonly unsealings: Unsealings;
  readonly custodianShares: CustodianShares;
  readonly tickets: Tickets;
  readonly extensions: Extensions;
  readonly attachments: Attachments;
  readonly readTicketAgain: ReadTicketAgain;
  readonly originals: Originals;
  readonly deputies: Deputies;
  readonly routes: RouteArrangements;
  readonly freezes: Freezes;
  readonly forms: Forms;
  readonly sessionLog: SessionLog;
  readonly endSession: EndSession;
  readonly supervision: Supervision;
  readonly liveView: LiveView;
  readonly replay: Replay;
  readonly sessionCommands: SessionCommands;
  readonly sessionFiles: SessionFiles;
  readonly recordRequests: RecordRequests;
  readonly listDue: ListDue;
  readonly diskWatch: Pick<DiskWatch, 'read'>;
  readonly holds: Holds;
  readonly destructions: Destructions;
  readonly exports: Exports;
  readonly searchRecords: SearchRecords;
  readonly evidence: EvidenceReader;
  readonly terminals: TerminalGateway;
  readonly scanner: HostKeyScanner;
  /** Resolves when the port and the live sessions agree with the tickets: an answer after it is a fact, not a promise. */
  readonly inForce: () => Promise<void>;
  /** Where ssh clients connect; null while the port is closed. */
  readonly sshAddress: () => SshAddress | null;
}

export interface WebSettings {
  /** From one address. */
  readonly requestsPerMinute: number;
  readonly version: string;
  readonly demo: boolean;
  readonly timeZone: string;
  /** Where browsers reach this server, without a slash at the end; null takes the request's own host. */
  readonly publicUrl: string | null;
  /** The built page. */
  readonly page: string;
  readonly tls: { readonly certificate: string; readonly key: string } | null;
}
