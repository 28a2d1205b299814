// The terms of files and forwarding in plain words: what they make possible, and what they do not. Channels on the
// same terms are said once.

import type { TFunction } from 'i18next';
import type { FileRight, Ticket, TicketChannel } from '../../contract/tickets.ts';
import { destinationText } from '../tickets/draft-channels.ts';
import { channelsOf } from './facts.ts';

export interface Line {
  readonly text: string;
  readonly more?: string;
}

const RIGHTS: readonly FileRight[] = ['list', 'download', 'upload', 'delete'];

export function termsCan(t: TFunction, ticket: Ticket): readonly Line[] {
  const files = alike(channelsOf(ticket, 'sftp'), 'files').map(({ channels, terms: { rights, paths } }) => {
    const word = paths.length === 0 ? 'approval.canFiles' : 'approval.canFilesWithin';
    const text = t(word, { rights: rightsSaid(t, rights), paths: paths.join(t('approval.and')) });
    return { text, more: places(t, channels) };
  });
  const forwards = alike(channelsOf(ticket, 'forward'), 'destinations').map(({ channels, terms }) => ({
    text: t('approval.canForward', { places: terms.map(destinationText).join(t('approval.and')) }),
    more: places(t, channels),
  }));
  return [...files, ...forwards];
}

export function termsCannot(t: TFunction, ticket: Ticket): readonly Line[] {
  const sftp = channelsOf(ticket, 'sftp');
  const withheld = alike(sftp, 'files').flatMap(({ channels, terms: { rights } }) => {
    const missing = RIGHTS.filter((right) => !rights.includes(right));
    if (missing.length === 0) return [];
    // True to the letter and no more: a command line can do what the file channel may not.
    const still = channels.some(({ kinds }) => kinds.includes('shell') || kinds.includes('exec'));
    const text = t('approval.cannotRights', { rights: rightsSaid(t, missing) });
    return [still ? { text, more: t('approval.commandStill') } : { text }];
  });
  const forward = channelsOf(ticket, 'forward').length > 0 ? 'approval.cannotForward' : 'approval.cannotForwarding';
  return [...(sftp.length === 0 ? [{ text: t('approval.cannotFiles') }] : withheld), { text: t(forward) }];
}

export function places(t: TFunction, channels: readonly TicketChannel[]): string {
  return channels.map(({ target, login }) => t('approval.as', { target, login })).join(t('approval.and'));
}

interface Alike<T> {
  readonly terms: T;
  readonly channels: readonly TicketChannel[];
}

function alike<K extends 'files' | 'destinations'>(
  channels: readonly TicketChannel[],
  field: K,
): readonly Alike<NonNullable<TicketChannel[K]>>[] {
  const groups = Map.groupBy(channels, (channel) => JSON.stringify(channel[field]));
  return [...groups.values()].flatMap((group) => {
    const terms = group[0]?.[field];
    return terms === null || terms === undefined ? [] : [{ terms, channels: group }];
  });
}

function rightsSaid(t: TFunction, rights: readonly FileRight[]): string {
  return rights.map((right) => t(`right.${right}`)).join(t('approval.and'));
}
