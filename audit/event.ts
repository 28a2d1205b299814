// Everything the evidence log can say: one closed union. An event is appended in the transaction of the state it
// speaks of. Adding a kind is adding a line in `events/`; nothing is ever renamed or removed, since old logs must stay
// readable, so what is added to a kind is optional.

import type { Tx } from '../store/database.ts';
import type { CertificateEvents } from './events/certificate-events.ts';
import type { InstallationEvents } from './events/installation-events.ts';
import type { OriginalEvents } from './events/original-events.ts';
import type { PeopleEvents } from './events/people-events.ts';
import type { RecordEvents } from './events/record-events.ts';
import type { SessionEvents } from './events/session-events.ts';
import type { TicketEvents } from './events/ticket-events.ts';

/** Who did it. `name` is kept beside the id so that a log reads without the database. */
export type Actor =
  | { readonly kind: 'account'; readonly id: string; readonly name: string }
  /** Somebody who is not signed in; `name` is what they typed, attacker-controlled. */
  | { readonly kind: 'nobody'; readonly name: string }
  /** The software itself: a clock ran out, a process started. */
  | { readonly kind: 'system' };

/** What happened, by type. Values are ids, short texts and numbers; never a secret. */
export interface EvidenceDetails
  extends InstallationEvents,
    PeopleEvents,
    TicketEvents,
    CertificateEvents,
    SessionEvents,
    OriginalEvents,
    RecordEvents {}

export type EvidenceType = keyof EvidenceDetails;

export type EvidenceEvent = {
  readonly [T in EvidenceType]: {
    readonly type: T;
    readonly actor: Actor;
    /** The network address it came from, where there was one. */
    readonly source?: string;
    readonly details: EvidenceDetails[T];
  };
}[EvidenceType];

/** The same for files, before it is known whose session it is. */
export type FileEvent = {
  readonly [T in Extract<EvidenceType, `file.${string}`>]: {
    readonly type: T;
    readonly details: Omit<EvidenceDetails[T], 'session'>;
  };
}[Extract<EvidenceType, `file.${string}`>];

/** Appends inside the transaction that also holds the state. Made by the log, taken by every service. */
export type AppendEvidence = (tx: Tx, event: EvidenceEvent) => Promise<void>;
