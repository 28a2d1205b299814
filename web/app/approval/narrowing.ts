// What an approver takes away while the sheet is open; nothing where all stays as it was asked for.

import type { NarrowingBody, Ticket } from '../../contract/tickets.ts';
import { instantOf, wallTime } from '../clock/wall-time.ts';

export interface Narrowing {
  /** Wall time at which the last window ends. */
  readonly end: string;
  /** `account kind` of what is left out. */
  readonly without: ReadonlySet<string>;
  readonly supervised: boolean;
  readonly withoutBackup: string;
}

export function asAsked(ticket: Ticket, zone: string): Narrowing {
  const end = ticket.inForce.windows.at(-1)?.end ?? ticket.windowEnd;
  return { end: wallTime(end, zone), without: new Set(), supervised: ticket.inForce.supervised, withoutBackup: '' };
}

export function narrowingBody(
  ticket: Ticket,
  { end, without, supervised, withoutBackup }: Narrowing,
  zone: string,
): NarrowingBody {
  const { windows, channels, supervised: already } = ticket.inForce;
  const last = windows.at(-1);
  const until = instantOf(end, zone);
  const shorter = last !== undefined && until !== undefined && end !== wallTime(last.end, zone);
  const left = channels
    .map((channel) => ({
      ...channel,
      kinds: channel.kinds.filter((kind) => !without.has(`${channel.targetAccountId} ${kind}`)),
    }))
    .filter(({ kinds }) => kinds.length > 0)
    .map(({ files, destinations, ...channel }) => ({
      ...channel,
      files: channel.kinds.includes('sftp') ? files : null,
      destinations: channel.kinds.includes('forward') ? destinations : null,
    }));
  return {
    ...(shorter && { windows: [...windows.slice(0, -1), { start: last.start, end: until }] }),
    ...(without.size > 0 && { channels: left }),
    ...(supervised && !already && { supervised: true as const }),
    ...(withoutBackup.trim() !== '' && { withoutBackup: withoutBackup.trim() }),
  };
}
