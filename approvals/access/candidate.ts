// One agreed channel of one ticket, with all that decides whether it may open now. Judging it is pure; the rules stand
// in order, from the most general to the most particular.

import { containsAddress } from '../../identity/login/source-block.ts';
import type { ChannelKind, Destination } from '../../store/core/channel-terms.ts';
import { fileTransferOf } from '../../store/core/file-transfer.ts';
import { isFrozen, openSpans } from '../freeze/open-spans.ts';
import type { AgreedChannel } from '../ticket/agreed-channel.ts';
import { contentHash } from '../ticket/content.ts';
import { destinationText, namedDestination } from '../ticket/destination.ts';
import { inForce } from '../ticket/in-force.ts';
import type { Place } from '../ticket/repository.ts';
import type { Ticket } from '../ticket/ticket.ts';
import { lastEnd, type Window, windowNext, windowNow } from '../ticket/windows.ts';
import type { Denial } from './denial.ts';

/** Somewhere, and whether it is shut out now. */
export interface LockablePlace extends Place {
  readonly locked: boolean;
}

export interface Candidate {
  /** When it may be used: windows less freezes. */
  readonly spans: readonly Window[];
  /** That it heeds: an emergency is not frozen. */
  readonly freezes: readonly Window[];
  readonly ticket: Ticket;
  readonly channel: AgreedChannel;
  readonly place: LockablePlace;
  /** The ticket's hash over what the database holds now. */
  readonly hashNow: string;
}

export interface Circumstances {
  readonly kind: ChannelKind;
  /** The command line of an exec channel; null for the other kinds. */
  readonly command: string | null;
  /** Where a forwarded connection shall go, as the client said it; null for the other kinds. */
  readonly destination: Destination | null;
  readonly source: string;
  readonly now: number;
}

/** Undefined when it may open. */
export function judge(
  candidate: Candidate,
  { kind, command, destination, source, now }: Circumstances,
): Denial | undefined {
  const { ticket, channel, place, hashNow } = candidate;
  const { number, content, progress } = ticket;
  if (progress.state !== 'approved') return { code: 'ticket.not-approved', number, state: progress.state };
  if (hashNow !== ticket.contentHash) return { code: 'ticket.altered', number };
  const time = aboutTime(candidate, now);
  if (time !== undefined) return time;
  if (place.locked) return { code: 'channel.target-locked', target: place.target };
  if (place.retired) return { code: 'channel.target-retired', target: place.target };
  if (!channel.kinds.includes(kind)) return { code: 'channel.kind-not-agreed', number, kind };
  const transfer = kind === 'exec' ? aboutTransfer(channel, number, command ?? '') : undefined;
  if (transfer !== undefined) return transfer;
  if (kind === 'forward' && goesTo(channel, destination) === undefined) {
    return { code: 'channel.destination-not-agreed', number, destination: shown(destination) };
  }
  if (!containsAddress(content.sources, source)) return { code: 'channel.source-not-agreed', number, source };
  return undefined;
}

/** Files that move by a command: the same rights, as far as a command line tells what it is. */
function aboutTransfer({ files }: AgreedChannel, number: string, command: string): Denial | undefined {
  const transfer = fileTransferOf(command);
  if (transfer === undefined) return undefined;
  const { program, rights } = transfer;
  if (program === 'sftp-server') return { code: 'channel.sftp-by-command', program };
  const missing = rights.filter((right) => files?.rights.includes(right) !== true);
  if (missing.length > 0) return { code: 'channel.transfer-not-agreed', number, program, missing };
  // Where its files really go is seen only by the program on the target.
  return files?.paths.length === 0 ? undefined : { code: 'channel.transfer-within-paths', number, program };
}

/** The destination as the ticket names it. */
export function goesTo({ destinations }: AgreedChannel, wanted: Destination | null): Destination | undefined {
  return destinations === null || wanted === null ? undefined : namedDestination(destinations, wanted);
}

/** Attacker-controlled, and fit to be shown. */
function shown(destination: Destination | null): string {
  if (destination === null) return '';
  return destinationText({ ...destination, host: destination.host.replace(/[^\w.:%-]/g, '?').slice(0, 255) });
}

/** Every agreed channel of the tickets. */
export function candidatesOf(
  tickets: readonly Ticket[],
  places: readonly LockablePlace[],
  freezes: readonly Window[],
): Candidate[] {
  const byId = new Map(places.map((place) => [place.targetAccountId, place]));
  return tickets.flatMap((ticket) => {
    const hashNow = contentHash(ticket.requester, ticket.content, places);
    const spans = openSpans(ticket, freezes);
    const heeded = isFrozen(ticket) ? freezes : [];
    return inForce(ticket).channels.flatMap((channel) => {
      const place = byId.get(channel.targetAccountId);
      return place === undefined ? [] : [{ ticket, channel, place, hashNow, spans, freezes: heeded }];
    });
  });
}

function aboutTime({ ticket, spans }: Candidate, now: number): Denial | undefined {
  if (windowNow(spans, now) !== undefined) return undefined;
  const { number } = ticket;
  const { windows } = inForce(ticket);
  if (now >= lastEnd(windows)) return { code: 'channel.over', number, ended: lastEnd(windows) };
  const next = windowNext(spans, now);
  // Inside a window, or nothing of the windows is left.
  if (windowNow(windows, now) !== undefined || next === undefined) return { code: 'channel.frozen', number };
  return { code: 'channel.not-yet', number, opens: next.start };
}
