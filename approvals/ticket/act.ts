// Each act on a ticket as a value: the command it gives the machine, and what the evidence says of it.

import type { EvidenceEvent } from '../../audit/event.ts';
import { plainText } from '../../identity/plain-text.ts';
import type { AccountId } from '../../store/core/ids.ts';
import type { TicketCommand } from './machine.ts';
import type { Ticket } from './ticket.ts';

export interface Act {
  readonly command: TicketCommand;
  readonly evidence: (ticket: Ticket, by: Pick<EvidenceEvent, 'actor' | 'source'>) => EvidenceEvent;
}

export function submission(): Act {
  return {
    command: { type: 'submit' },
    evidence: ({ id: ticket, contentHash }, by) => ({
      type: 'ticket.submitted',
      ...by,
      details: { ticket, contentHash },
    }),
  };
}

export function withdrawal(reason: string | null): Act {
  return {
    command: { type: 'withdraw', reason },
    evidence: ({ id: ticket }, by) => ({ type: 'ticket.withdrawn', ...by, details: { ticket } }),
  };
}

export function approval(by: AccountId, contentHash: string): Act {
  return {
    command: { type: 'approve', by, contentHash },
    evidence: ({ id: ticket, contentHash, content }, by) => ({
      type: 'ticket.approved',
      ...by,
      details: { ticket, contentHash, ...named(content.terms.companions) },
    }),
  };
}

/** The three below throw `text.refused`. */
export function refusing(by: AccountId, text: string): Act {
  const reason = reasonOf(text);
  return {
    command: { type: 'refuse', by, reason },
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

export function closing(text: string): Act {
  const report = plainText(text, { field: 'report', maxLength: 10_000, lines: 'many' });
  return {
    command: { type: 'close', report },
    evidence: ({ id: ticket }, by) => ({ type: 'ticket.closed', ...by, details: { ticket, report } }),
  };
}

function named(companions: readonly AccountId[]): { readonly companions?: readonly AccountId[] } {
  return companions.length === 0 ? {} : { companions };
}

function reasonOf(text: string): string {
  return plainText(text, { field: 'reason', maxLength: 1000, lines: 'many' });
}
