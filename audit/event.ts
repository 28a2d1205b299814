// Everything the evidence log can say: one closed union. An event is appended in the transaction of the state it
// speaks of. Adding a kind is adding a line here; nothing is ever renamed or removed, old logs must stay readable.

import type { Json } from '../store/core/canonical-json.ts';
import type { Tx } from '../store/database.ts';
import type { CertificateEvidence } from './certificate-event.ts';

/** Who did it. `name` is kept beside the id so that a log reads without the database. */
export type Actor =
  | { readonly kind: 'account'; readonly id: string; readonly name: string }
  /** Somebody who is not signed in; `name` is what they typed, attacker-controlled. */
  | { readonly kind: 'nobody'; readonly name: string }
  /** The software itself: a clock ran out, a process started. */
  | { readonly kind: 'system' };

/** What happened, by type. Values are ids, short texts and numbers; never a secret. */
export interface EvidenceDetails extends CertificateEvidence {
  'log.started': { readonly origin: string };
  /** Nothing else was said for a while; so many sessions were live. */
  'log.heartbeat': { readonly sessions: number };
  'system.started': { readonly version: string };
  'system.stopped': Record<string, never>;
  'account.invited': { readonly account: string; readonly name: string; readonly role: string };
  'account.activated': { readonly account: string };
  'account.departed': { readonly account: string; readonly reason: string; readonly ended: Json };
  'account.departure-measured': { readonly account: string; readonly sessions: Json };
  'key.added': { readonly account: string; readonly fingerprint: string };
  'key.removed': { readonly account: string; readonly fingerprint: string };
  'login.succeeded': {
    readonly account: string;
    readonly via: 'web' | 'ssh';
    readonly factors: readonly string[];
    /** Where the code was not asked for again: when the one that this rests on was accepted. */
    readonly codeAt?: number;
  };
  'login.failed': { readonly via: 'web' | 'ssh'; readonly factor: string; readonly code: string };
  'login.locked': { readonly key: string; readonly until: number };
  logout: { readonly account: string };
  'step-up.failed': { readonly account: string; readonly act: string };
  'target.added': {
    readonly target: string;
    readonly name: string;
    readonly host: string;
    readonly port: number;
    readonly hostKey: string;
  };
  'target-account.added': { readonly targetAccount: string; readonly target: string; readonly login: string };
  'ticket.created': { readonly ticket: string; readonly number: string; readonly contentHash: string };
  /** Until it is submitted, what a draft asks for changes with its attachments. */
  'ticket.attachment-added': AttachmentChange;
  'ticket.attachment-removed': AttachmentChange;
  'ticket.attachment-read': { readonly ticket: string; readonly name: string; readonly sha256: string };
  'ticket.submitted': { readonly ticket: string; readonly contentHash: string };
  /** What is asked for was written anew; whatever was decided about the edition before it is void. */
  'ticket.revised': { readonly ticket: string; readonly contentHash: string };
  /** The information section has checked it and sends it up. */
  'ticket.filed': { readonly ticket: string; readonly contentHash: string };
  /** One of several people who have to approve it has; nothing may open yet. */
  'ticket.endorsed': Approved;
  /** `companions`: the accounts that may open sessions besides the requester's, where there are any. */
  'ticket.approved': Approved & { readonly companions?: readonly string[] };
  'ticket.refused': { readonly ticket: string; readonly reason: string };
  'ticket.withdrawn': { readonly ticket: string };
  'ticket.revoked': { readonly ticket: string; readonly reason: string };
  /** Somebody at work asks that a window, counted from nought, lasts until then. */
  'extension.asked': ExtensionDetails & { readonly reason: string };
  'extension.refused': ExtensionDetails & { readonly reason: string };
  'extension.withdrawn': ExtensionDetails;
  /** From then on that window lasts until `until`. */
  'ticket.extended': ExtensionDetails;
  /** Nothing may open any more, until it is sent back. `outcome`: done, partly, rolled-back. */
  'ticket.reported': {
    readonly ticket: string;
    readonly outcome: string;
    readonly notes: string;
    readonly configUpdated: boolean;
  };
  /** The report was not accepted: the ticket is as approved as before. */
  'ticket.sent-back': { readonly ticket: string; readonly reason: string };
  /** Its report was accepted; in logs of before, its requester reported and closed it in one. */
  'ticket.closed': { readonly ticket: string; readonly report: string };
  /** From then on two people have opened it. A head reviews that until `reviewDue`. */
  'emergency.opened': { readonly ticket: string; readonly drill: boolean; readonly reviewDue: number };
  'emergency.reviewed': { readonly ticket: string; readonly verdict: string; readonly note: string };
  /** Nobody has reviewed it in time; said once. */
  'emergency.unreviewed': { readonly ticket: string; readonly number: string; readonly due: number };
  /** `account` decides in the place of `head` from `from` until `until`, which does not belong to it. */
  'deputy.appointed': {
    readonly deputy: string;
    readonly head: string;
    readonly account: string;
    readonly from: number;
    readonly until: number;
    readonly reason: string;
  };
  'deputy.ended': { readonly deputy: string; readonly head: string; readonly account: string };
  /** What tickets for targets of this group have to pass. */
  'route.set': {
    readonly group: string;
    readonly name: string;
    readonly filing: boolean;
    readonly approvals: number;
  };
  'route.target-assigned': { readonly target: string; readonly group: string | null };
  /** Between these times nothing is approved and nothing is open but emergencies. */
  'freeze.placed': { readonly freeze: string; readonly start: number; readonly end: number; readonly reason: string };
  'freeze.lifted': { readonly freeze: string };
  /** Its window is over for some days and nobody has reported it done; said once. `ended`: the end of the window. */
  'ticket.unclosed': { readonly ticket: string; readonly number: string; readonly ended: number };
  /** Somebody chose what they are told about: by e-mail or not, and what not. */
  'notice.preferences-set': { readonly account: string; readonly mail: boolean; readonly off: readonly string[] };
  /** A notice that nobody took for a day, or that was refused for good. */
  'notice.given-up': { readonly notice: string; readonly kind: string; readonly medium: string; readonly why: string };
  /** Somebody asked for something and the answer was no: the code says why. */
  'access.refused': { readonly action: string; readonly code: string; readonly request: Json };
  'listener.opened': { readonly port: number };
  'listener.closed': { readonly port: number };
  /** The port stays closed, because what was recorded could not be read again; said once until it can. */
  'recorder.self-test-failed': { readonly why: string };
  /** Within a minute: connections to the SSH port that never got as far as a login. */
  'connections.dropped': { readonly drops: Json };
  'credential.released': { readonly session: string; readonly targetAccount: string };
  'session.opened': {
    readonly session: string;
    readonly ticket: string;
    readonly account: string;
    readonly targetAccount: string;
    readonly target: string;
    readonly login: string;
    readonly kind: string;
    readonly via: string;
    readonly command: string | null;
    /** The rights and paths of an sftp session. */
    readonly files?: Json;
    /** Where a forwarded connection goes: { host, port }. */
    readonly destination?: Json;
    /** Nothing reaches the target until somebody watches: `session.resumed` says when. */
    readonly supervised?: true;
  };
  /** Somebody holds a live view open from now on, and counts as a supervisor until `watch.ended`. */
  'watch.begun': { readonly session: string };
  'watch.ended': { readonly session: string; readonly why: string };
  /** A supervisor stopped it by hand, or lets it go on as far as somebody watches. */
  'session.held': { readonly session: string; readonly reason: string };
  'session.released': { readonly session: string };
  /** From here on nothing passes between the two sides, until it is resumed. */
  'session.frozen': { readonly session: string; readonly cause: 'held' | 'unwatched' };
  'session.resumed': { readonly session: string };
  /** Its window is over; nothing new begins in it, and what runs may finish until then. */
  'session.finishing': { readonly session: string; readonly until: number };
  /** A supervisor wrote a line that the engineer read. */
  'session.told': { readonly session: string; readonly text: string };
  /** The recording's files exist and their headers are durable. `heads`: track name → chain hash, hex. */
  'recording.opened': { readonly session: string; readonly heads: Json };
  /** Where the recording's chains stand while the session runs. */
  'recording.head': { readonly session: string; readonly heads: Json };
  'session.ended': {
    readonly session: string;
    readonly reason: string;
    readonly exitStatus: number | null;
    readonly exitSignal: string | null;
  };
  /** The tracks are complete: track name → { head: final chain hash, frames, bytes: file length }. */
  'recording.sealed': { readonly session: string; readonly tracks: Json };
  /** The tracks were found without an end after a crash: same shape, as far as whole frames reach. */
  'recording.recovered': { readonly session: string; readonly tracks: Json };
  /** Somebody ended a live session by hand; it comes before `session.ended`. `reason` is in their own words. */
  'session.cut': { readonly session: string; readonly reason: string };
  /**
   * Files of a session. `n` is the number of the request in the recording's files track, which says more; a closing
   * names the `n` of its open. `code`: what SFTP answered, 0 is success; null where the session ended before.
   */
  'file.opened': {
    readonly session: string;
    readonly n: number;
    readonly path: FilePath;
    readonly flags: readonly string[];
    readonly code: number | null;
  };
  /** Bytes that moved, and the SHA-256 of `bytes` bytes from `from`: `hashed` says how it was taken. */
  'file.closed': {
    readonly session: string;
    readonly n: number;
    readonly path: FilePath;
    /** False: the session ended before the client closed it. */
    readonly complete: boolean;
    readonly read: number;
    readonly written: number;
    readonly size: number | null;
    readonly hashed: 'in-flight' | 'read-back' | 'partial' | 'none';
    readonly sha256: string | null;
    readonly from: number;
    readonly bytes: number;
    readonly why: string | null;
  };
  /** Renamed, removed, made, linked, copied, or given other attributes: `op` says which. */
  'file.changed': {
    readonly session: string;
    readonly n: number;
    readonly op: string;
    readonly path: FilePath;
    readonly to?: FilePath;
    readonly code: number | null;
  };
  /** Never reached the target. */
  'file.refused': {
    readonly session: string;
    readonly n: number;
    readonly op: string;
    readonly path?: FilePath;
    readonly to?: FilePath;
    readonly code: number;
    readonly why: string;
  };
  /**
   * What was found on a target, item by item, in the order of the manifest: `from` counts from 0. An item says its path,
   * type, mode, size, time of last change and SHA-256; of what was about to be changed over sftp also what `op` it was.
   */
  'originals.listed': {
    readonly session: string;
    readonly ticket: string;
    readonly manifest: string;
    readonly from: number;
    readonly items: Json;
  };
  /** Everything the ticket says it changes on that target account is in evidence. `sha256`: of the manifest, hex. */
  'originals.copied': OriginalsCopied;
  /** Not all of it; `without`: what the approval said, where the session opened all the same. */
  'originals.not-copied': OriginalsCopied & {
    readonly path: FilePath | null;
    readonly why: string;
    readonly without: string | null;
  };
  /** A session opened on the copies that another one of the same window made. */
  'originals.relied-on': { readonly session: string; readonly ticket: string; readonly manifest: string };
  /** Files of a target are read into evidence by nobody: a session of its own kind, with a recording of what was asked. */
  'reading.opened': {
    readonly session: string;
    readonly ticket: string;
    readonly targetAccount: string;
    readonly target: string;
    readonly login: string;
  };
  /** `why`: what could not be read, and so nothing after it; null where everything was looked at. */
  'reading.ended': {
    readonly session: string;
    readonly ticket: string;
    readonly why: string | null;
    readonly path: FilePath | null;
  };
  /** What is there now; its items are listed before. `sha256`: of the manifest, hex. */
  'originals.read-again': {
    readonly session: string;
    readonly ticket: string;
    readonly targetAccount: string;
    readonly manifest: string;
    readonly items: number;
    readonly sha256: string;
    readonly why: string | null;
  };
  /** How it differs from what was there first. `sha256`: of the report's canonical JSON, hex. */
  'originals.reported': {
    readonly ticket: string;
    readonly report: string;
    readonly sha256: string;
    readonly added: number;
    readonly changed: number;
    readonly removed: number;
    readonly undeclared: number;
    readonly unread: number;
  };
  /** Somebody read a difference report, which quotes the files. */
  'originals.report-read': { readonly ticket: string; readonly report: string };
  /** Before the first byte leaves: a copy goes to who asked for it by a ticket that names its hash. `of`: whose original. */
  'original.handed-out': { readonly ticket: string; readonly of: string; readonly sha256: string };
  'host-key.mismatch': {
    readonly session: string;
    readonly target: string;
    readonly expected: string;
    readonly got: string;
  };
  'replay.opened': { readonly session: string };
  /** Somebody searched all recordings; `from`: an answer was gone on with. */
  'search.made': { readonly query: string; readonly from?: number };
  /** From then on what is typed is sealed to these, too. `recipient`: their age public key. */
  'custodian.appointed': { readonly account: string; readonly custodian: string; readonly recipient: string };
  'custodian.removed': { readonly account: string; readonly custodian: string };
  /** Somebody asks to see everything that was typed in a session. `custodians`: how many have to agree, of how many. */
  'unsealing.asked': {
    readonly unsealing: string;
    readonly session: string;
    readonly reason: string;
    readonly threshold: number;
    readonly custodians: number;
  };
  /** Before a custodian is handed the capsule with their share. */
  'unsealing.share-released': { readonly unsealing: string; readonly session: string; readonly recipient: string };
  'unsealing.share-received': { readonly unsealing: string; readonly session: string; readonly right: boolean };
  'unsealing.opened': { readonly unsealing: string; readonly session: string; readonly until: number };
  /** Everything that was typed was read, hidden or not. */
  'unsealing.read': { readonly unsealing: string; readonly session: string };
  /** A recording leaves the installation only after a second person has agreed: `terms` says in which form. */
  'export.requested': {
    readonly request: string;
    readonly session: string;
    readonly terms: Json;
    readonly reason: string;
  };
  'export.approved': { readonly request: string; readonly session: string };
  'export.refused': { readonly request: string; readonly session: string; readonly reason: string };
  'export.withdrawn': { readonly request: string; readonly session: string };
  /** Written before the first byte leaves. */
  'export.downloaded': { readonly request: string; readonly session: string; readonly terms: Json };
  /** Recordings are destroyed only after a second person has agreed: `terms` names the sessions. */
  'destroy.requested': {
    readonly request: string;
    readonly session: string;
    readonly terms: Json;
    readonly reason: string;
  };
  'destroy.approved': { readonly request: string; readonly session: string };
  'destroy.refused': { readonly request: string; readonly session: string; readonly reason: string };
  'destroy.withdrawn': { readonly request: string; readonly session: string };
  /**
   * Written before anything is erased, once for each session; what is left of the recording. Track name → { head, frames,
   * bytes, complete, tail, sha256 }, the last of the whole file; null for one that was never created.
   */
  'recording.destroyed': {
    readonly session: string;
    readonly request: string;
    readonly asked: string;
    readonly approved: string;
    readonly reason: string;
    readonly tracks: Json;
  };
  /** From then on a session, or every session of a ticket, is not destroyed however old it is. */
  'hold.placed': {
    readonly hold: string;
    readonly session?: string;
    readonly ticket?: string;
    readonly reason: string;
  };
  'hold.lifted': {
    readonly hold: string;
    readonly session?: string;
    readonly ticket?: string;
    readonly reason: string;
  };
  /** At this rate the reserve is reached in less than a month, or little more than it is free; once until it is not. */
  'disk.warning': DiskSpace;
  'disk.recovered': DiskSpace;
  /** A witness of this log has not answered for long; or answers again after silence or a no. */
  'witness.silent': { readonly witness: string };
  'witness.heard': { readonly witness: string };
  /** A witness says no to checkpoint `size`. `cosigned`: the size it says it has cosigned, larger than a log put back. */
  'witness.refused': {
    readonly witness: string;
    readonly status: number;
    readonly size: number;
    readonly cosigned: number | null;
  };
  /** A timestamp authority has stamped checkpoint `size`. `at`: its time; `sha256`: of the token, hex. */
  'timestamp.taken': { readonly size: number; readonly at: number; readonly sha256: string };
  /** It has not, or what it sent is none; once until it has again. */
  'timestamp.failed': { readonly size: number; readonly why: string };
  /** Somebody was given a leaf of this log with its proof. */
  'leaf.proved': { readonly leaf: number };
  /** Ciphertext and proofs about a ticket were written out, by whoever works on the machine itself. */
  'bundle.exported': { readonly ticket: string; readonly sessions: readonly string[] };
  /** The machine's clock was set: how far it now is from where it should be. Windows follow forward, never back. */
  'clock.jumped': { readonly milliseconds: number };
  'lease.lost': { readonly sessions: number };
}

export type ExtensionDetails = {
  readonly extension: string;
  readonly ticket: string;
  readonly window: number;
  readonly until: number;
};

export type OriginalsCopied = {
  readonly session: string;
  readonly ticket: string;
  readonly targetAccount: string;
  readonly manifest: string;
  /** The start of the window. */
  readonly window: number;
  readonly declared: readonly string[];
  readonly items: number;
  readonly bytes: number;
  readonly sha256: string;
};

/** `shown`: hash of exactly what was read. `conditions`: what it leaves of what was asked. `deputyFor`: the head's account. */
export type Approved = {
  readonly ticket: string;
  readonly contentHash: string;
  readonly shown?: string;
  readonly conditions?: Json;
  readonly deputyFor?: string;
};

/** `daysLeft`: until recordings reach the reserve; null while nothing is recorded. */
export type DiskSpace = {
  readonly freeBytes: number;
  readonly reserveBytes: number;
  readonly bytesPerDay: number;
  readonly daysLeft: number | null;
};

/** The bytes of a name: text where they are UTF-8, base64 where they are not. Attacker-controlled. */
export type FilePath = string | { readonly base64: string };

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

interface AttachmentChange {
  readonly ticket: string;
  /** Of the ticket with the attachment, or without it. */
  readonly contentHash: string;
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}
