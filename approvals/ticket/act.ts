// Each act on a ticket as a value: the command it gives the machine, and what the evidence says of it.

import type { EvidenceEvent } from '../../audit/event.ts';
import type { Capacity } from '../../audit/events/capacity.ts';
import type { RouteDetails } from '../../audit/events/ticket-events.ts';
import { plainText } from '../../identity/plain-text.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import type { AccountId } from '../../store/core/ids.ts';
import type { TicketCommand } from './machine.ts';
import type { Narrowing } from './narrowing.ts';
import type { Route } from './route.ts';
import type { CompletionReport, Ticket } from './ticket.ts';

export interface Act {
  readonly command: TicketCommand;
  /** Of the ticket as it was saved. */
  readonly evidence: (ticket: Ticket, by: Pick<EvidenceEvent, 'actor' | 'source'>, capacity: Capacity) => EvidenceEvent;
}

export function submission(route: Route): Act {
  return {
    command: { type: 'submit', route },
    evidence: ({ id: ticket, contentHash }, by) => ({
      type: 'ticket.submitted',
      ...by,
      details: { ticket, contentHash, route: { ...route } },
    }),
  };
}

export function filing(by: AccountId): Act {
  return {
    command: { type: 'file', by },
    evidence: ({ id: ticket, contentHash }, by, capacity) => ({
      type: 'ticket.filed',
      ...by,
      details: { ticket, contentHash, ...capacity },
    }),
  };
}

export function withdrawal(reason: string | null): Act {
  return {
    command: { type: 'withdraw', reason },
    evidence: ({ id: ticket }, by) => ({ type: 'ticket.withdrawn', ...by, details: { ticket } }),
  };
}

export interface Deciding {
  readonly by: AccountId;
  readonly deputyFor: AccountId | null;
}

export interface Approving extends Deciding {
  /** Hash of what the approver read, and of what would be shown now. */
  readonly read: string;
  readonly shown: string;
  readonly narrowing: Narrowing | null;
  readonly lastEnd: number;
}

export function approval(approving: Approving): Act {
  return {
    command: { type: 'approve', ...approving },
    evidence: ({ id: ticket, contentHash, content, progress }, by, capacity) => {
      const { route, narrowing = null } = ('passage' in progress && progress.passage) || {};
      const details = {
        ticket,
        contentHash,
        shown: approving.shown,
        ...capacity,
        ...passed(route),
        ...(narrowing !== null && { conditions: conditionsOf(narrowing) }),
        ...(approving.deputyFor !== null && { deputyFor: approving.deputyFor }),
      };
      if (progress.state !== 'approved') return { type: 'ticket.endorsed', ...by, details };
      return { type: 'ticket.approved', ...by, details: { ...details, ...named(content.terms.companions) } };
    },
  };
}

/** Those below throw `text.refused`. */
export function refusing({ by, deputyFor }: Deciding, text: string): Act {
  const reason = reasonOf(text);
  return {
    command: { type: 'refuse', by, deputyFor, reason },
    evidence: ({ id: ticket }, by) => ({ type: 'ticket.refused', ...by, details: { ticket, reason } }),
  };
}

export function revocation(text: string): Act {
  const reason = reasonOf(text);
  return {
    command: { type: 'revoke', reason },
    evidence: ({ id: ticket }, by) => ({ type: 'ticket.revoked', ...by, details: { ticket, reason } }),
  };
}

export function reporting({ outcome, notes: text, configUpdated }: Omit<CompletionReport, 'at'>): Act {
  const notes = plainText(text, { field: 'report', maxLength: 10_000, lines: 'many' });
  return {
    command: { type: 'report', report: { outcome, notes, configUpdated } },
    evidence: ({ id: ticket }, by) => ({
      type: 'ticket.reported',
      ...by,
      details: { ticket, outcome, notes, configUpdated },
    }),
  };
}

export function acceptance(by: AccountId): Act {
  return {
    command: { type: 'accept', by },
    evidence: ({ id: ticket, progress }, by) => ({
      type: 'ticket.closed',
      ...by,
      details: { ticket, report: 'report' in progress ? progress.report.notes : '' },
    }),
  };
}

export function sendingBack(text: string): Act {
  const reason = reasonOf(text);
  return {
    command: { type: 'send-back', reason },
    evidence: ({ id: ticket }, by) => ({ type: 'ticket.sent-back', ...by, details: { ticket, reason } }),
  };
}

function passed(route: RouteDetails | undefined): { readonly route?: RouteDetails } {
  return route === undefined ? {} : { route: { ...route } };
}

function named(companions: readonly AccountId[]): { readonly companions?: readonly AccountId[] } {
  return companions.length === 0 ? {} : { companions };
}

function conditionsOf({ windows, channels, ...rest }: Narrowing): Json {
  return {
    ...rest,
    windows: windows.map((window) => ({ ...window })),
    channels: channels.map(({ files, destinations, ...channel }) => ({
      ...channel,
      files: files && { ...files },
      destinations: destinations?.map((each) => ({ ...each })) ?? null,
    })),
  };
}

function reasonOf(text: string): string {
  return plainText(text, { field: 'reason', maxLength: 1000, lines: 'many' });
}
