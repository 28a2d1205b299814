// What the evidence log can say of tickets: what was asked, who decided and in which capacity, and what holds of the
// calendar. A second verifier of evidence bundles relies on these: see approvals/bundle/FORMAT.md.

import type { Json } from '../../store/core/canonical-json.ts';
import type { Capacity } from './capacity.ts';

export interface TicketEvents {
  'ticket.created': { readonly ticket: string; readonly number: string; readonly contentHash: string };
  /** Until it is submitted, what a draft asks for changes with its attachments. */
  'ticket.attachment-added': AttachmentChange;
  'ticket.attachment-removed': AttachmentChange;
  'ticket.attachment-read': { readonly ticket: string; readonly name: string; readonly sha256: string };
  /** `route`: what it has to pass, as the groups of its targets ask for then. */
  'ticket.submitted': { readonly ticket: string; readonly contentHash: string; readonly route?: RouteDetails };
  /** What is asked for was written anew; whatever was decided about the edition before it is void. */
  'ticket.revised': { readonly ticket: string; readonly contentHash: string };
  /** The information section has checked it and sends it up. */
  'ticket.filed': Capacity & { readonly ticket: string; readonly contentHash: string };
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
  'emergency.reviewed': Capacity & {
    readonly ticket: string;
    readonly verdict: string;
    readonly note: string;
    readonly deputyFor?: string;
  };
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
}

export type ExtensionDetails = {
  readonly extension: string;
  readonly ticket: string;
  readonly window: number;
  readonly until: number;
  /** The head in whose place a deputy decided. */
  readonly deputyFor?: string;
};

/** What a ticket has to pass: filing, and so many different people who approve. Only ever made stricter once submitted. */
export type RouteDetails = {
  readonly filing: boolean;
  readonly approvals: number;
  readonly emergency: boolean;
};

/**
 * `shown`: hash of exactly what was read. `conditions`: what it leaves of what was asked. `deputyFor`: the head's account.
 * `route`: what it had to pass when this was decided.
 */
export type Approved = Capacity & {
  readonly route?: RouteDetails;
  readonly ticket: string;
  readonly contentHash: string;
  readonly shown?: string;
  readonly conditions?: Json;
  readonly deputyFor?: string;
};

interface AttachmentChange {
  readonly ticket: string;
  /** Of the ticket with the attachment, or without it. */
  readonly contentHash: string;
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}
