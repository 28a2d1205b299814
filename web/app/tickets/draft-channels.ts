// The channels of a ticket that is being typed: which kinds, and for files and forwarding on which terms, as typed.

import Type, { type Static } from 'typebox';
import { type Destination, FileRight, type Ticket, type TicketBody } from '../../contract/tickets.ts';
import { ChannelKind } from '../../contract/words.ts';

export const DraftChannel = Type.Object({
  targetAccountId: Type.String(),
  kinds: Type.Array(ChannelKind),
  rights: Type.Array(FileRight),
  /** One path per line. */
  paths: Type.String(),
  /** One `host:port` per line. */
  destinations: Type.String(),
});
export type DraftChannel = Static<typeof DraftChannel>;

/** Looking at what is there is the least that files can be asked for. */
export const NO_CHANNEL = { kinds: [], rights: ['list' as const], paths: '', destinations: '' };

export type ChannelProblem =
  | { readonly field: 'rights'; readonly account: string; readonly word: 'rights' }
  | { readonly field: 'paths'; readonly account: string; readonly word: 'path'; readonly text: string }
  | { readonly field: 'paths'; readonly account: string; readonly word: 'tooManyPaths' }
  | { readonly field: 'destinations'; readonly account: string; readonly word: 'destinations' | 'tooManyDestinations' }
  | { readonly field: 'destinations'; readonly account: string; readonly word: 'destination'; readonly text: string };

const MOST = 32;
const LONGEST_PATH = 1024;

/** What is wrong with the channels that are chosen, in the order of the form. */
export function channelProblems(channels: readonly DraftChannel[]): ChannelProblem[] {
  return channels.flatMap((channel) => [
    ...(channel.kinds.includes('sftp') ? fileProblems(channel) : []),
    ...(channel.kinds.includes('forward') ? destinationProblems(channel) : []),
  ]);
}

/** What is to be sent, once there are no problems. */
export function channelBodies(channels: readonly DraftChannel[]): TicketBody['channels'] {
  return channels.map(({ targetAccountId, kinds, rights, paths, destinations }) => ({
    targetAccountId,
    kinds,
    ...(kinds.includes('sftp') && { files: { rights, paths: linesOf(paths) } }),
    ...(kinds.includes('forward') && {
      destinations: wordsOf(destinations)
        .map(parseDestination)
        .filter((each) => each !== undefined),
    }),
  }));
}

export function draftChannels(ticket: Ticket): DraftChannel[] {
  return ticket.channels.map(({ targetAccountId, kinds, files, destinations }) => ({
    targetAccountId,
    kinds,
    rights: files?.rights ?? [...NO_CHANNEL.rights],
    paths: files?.paths.join('\n') ?? '',
    destinations: destinations?.map(destinationText).join('\n') ?? '',
  }));
}

/** `host:port`, an IPv6 address in brackets. */
export function destinationText({ host, port }: Destination): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Text as people separate it: blanks, commas and semicolons of either width. */
export function wordsOf(text: string): string[] {
  return text.split(/[\s,;\uff0c\uff1b\u3001]+/).filter((word) => word !== '');
}

export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function fileProblems({ targetAccountId: account, rights, paths }: DraftChannel): ChannelProblem[] {
  const lines = linesOf(paths);
  const bad = lines.find((line) => !line.startsWith('/') || line.split('/').includes('..') || isLong(line));
  return [
    ...(rights.length === 0 ? [{ field: 'rights', account, word: 'rights' } as const] : []),
    ...(lines.length > MOST ? [{ field: 'paths', account, word: 'tooManyPaths' } as const] : []),
    ...(bad === undefined ? [] : [{ field: 'paths', account, word: 'path', text: bad.slice(0, 80) } as const]),
  ];
}

function destinationProblems({ targetAccountId: account, destinations }: DraftChannel): ChannelProblem[] {
  const words = wordsOf(destinations);
  const bad = words.find((word) => parseDestination(word) === undefined);
  if (words.length === 0) return [{ field: 'destinations', account, word: 'destinations' }];
  if (words.length > MOST) return [{ field: 'destinations', account, word: 'tooManyDestinations' }];
  return bad === undefined ? [] : [{ field: 'destinations', account, word: 'destination', text: bad.slice(0, 80) }];
}

/** Near enough to catch a slip of the finger; the server has the last word. */
function parseDestination(text: string): Destination | undefined {
  const [, six, name, digits = ''] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9][A-Za-z0-9.-]*)):(\d{1,5})$/.exec(text) ?? [];
  const host = six ?? name;
  const port = Number(digits);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

function isLong(text: string): boolean {
  return new TextEncoder().encode(text).length > LONGEST_PATH;
}
