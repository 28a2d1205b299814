// What an approval takes away from what was asked: fewer or shorter windows, fewer channels, kinds, rights, paths or
// destinations, somebody who watches. It never adds anything, but for one: that the channel may open although the
// originals could not be copied, with the reason. The requester accepts it by opening.

import { plainText } from '../../identity/plain-text.ts';
import type { Destination, FileTerms } from '../../store/core/channel-terms.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import type { AgreedChannel } from './agreed-channel.ts';
import { destinationText } from './destination.ts';
import type { DeclaredChange } from './terms.ts';
import type { Window } from './windows.ts';

export interface Narrowing {
  readonly windows: readonly Window[];
  readonly channels: readonly AgreedChannel[];
  readonly supervised: boolean;
  readonly finishRunning: boolean;
  readonly withoutBackup: string | null;
}

/** As an approver asks for it; attacker-controlled. What is left out stays as it is. */
export interface NarrowingBody {
  readonly windows?: readonly Window[];
  readonly channels?: readonly {
    readonly targetAccountId: string;
    readonly kinds: readonly string[];
    readonly files?: { readonly rights: readonly string[]; readonly paths: readonly string[] } | null;
    readonly destinations?: readonly Destination[] | null;
  }[];
  readonly supervised?: true;
  readonly finishRunning?: false;
  readonly withoutBackup?: string;
}

export const narrowingInvalid = defineRefusal<'windows' | 'channels' | 'backup'>(
  'ticket.narrowing-invalid',
  'invalid',
  (what) =>
    ({
      windows: {
        zh: '批准的窗口须在申请的窗口之内，且至少保留一个',
        en: 'an approved window lies inside one that was asked for, and at least one is left',
      },
      channels: {
        zh: '批准的通道和权限只能比申请的少，且至少保留一条通道',
        en: 'an approval leaves no more channels and rights than were asked for, and at least one channel',
      },
      backup: {
        zh: '工单没有申报变更，不需要说明免于留存原件',
        en: 'the ticket declares no changes, so there are no originals to go without',
      },
    })[what],
);

type Left = Narrowing & { readonly changes: readonly DeclaredChange[] };

/** `left`: what the approvals before this one have left. Undefined where nothing is taken away by this one. */
export function parseNarrowing(body: NarrowingBody, left: Left): Narrowing | undefined {
  if (Object.values(body).every((value) => value === undefined)) return undefined;
  return {
    windows: body.windows === undefined ? left.windows : narrowWindows(body.windows, left.windows),
    channels: body.channels === undefined ? left.channels : narrowChannels(body.channels, left.channels),
    supervised: left.supervised || body.supervised === true,
    finishRunning: left.finishRunning && body.finishRunning !== false,
    withoutBackup: reasonOf(body.withoutBackup, left),
  };
}

function reasonOf(text: string | undefined, { changes, withoutBackup }: Left): string | null {
  if (text === undefined) return withoutBackup;
  if (changes.length === 0) throw narrowingInvalid('backup');
  return plainText(text, { field: 'withoutBackup', maxLength: 1000, lines: 'many' });
}

function narrowWindows(wanted: readonly Window[], asked: readonly Window[]): readonly Window[] {
  const windows = wanted.map(({ start, end }) => ({ start, end })).sort((a, b) => a.start - b.start);
  const inside = ({ start, end }: Window): boolean =>
    Number.isSafeInteger(start) &&
    Number.isSafeInteger(end) &&
    start < end &&
    asked.some((each) => each.start <= start && end <= each.end);
  const apart = windows.every(({ start }, nth) => start >= (windows[nth - 1]?.end ?? start));
  if (windows.length === 0 || !windows.every(inside) || !apart) throw narrowingInvalid('windows');
  return windows;
}

function narrowChannels(
  wanted: NonNullable<NarrowingBody['channels']>,
  asked: readonly AgreedChannel[],
): readonly AgreedChannel[] {
  const names = new Set(wanted.map(({ targetAccountId }) => targetAccountId));
  if (wanted.length === 0 || names.size !== wanted.length) throw narrowingInvalid('channels');
  const left = asked.flatMap((channel) => {
    const each = wanted.find(({ targetAccountId }) => targetAccountId === channel.targetAccountId);
    return each === undefined ? [] : [narrowChannel(each, channel)];
  });
  if (left.length !== wanted.length) throw narrowingInvalid('channels');
  return left;
}

function narrowChannel(wanted: NonNullable<NarrowingBody['channels']>[number], asked: AgreedChannel): AgreedChannel {
  const kinds = asked.kinds.filter((kind) => wanted.kinds.includes(kind));
  if (kinds.length === 0 || kinds.length !== new Set(wanted.kinds).size) throw narrowingInvalid('channels');
  return {
    targetAccountId: asked.targetAccountId,
    kinds,
    files: kinds.includes('sftp') ? narrowFiles(wanted.files, asked.files) : null,
    destinations: kinds.includes('forward') ? narrowDestinations(wanted.destinations, asked.destinations) : null,
  };
}

function narrowFiles(
  wanted: { readonly rights: readonly string[]; readonly paths: readonly string[] } | null | undefined,
  asked: FileTerms | null,
): FileTerms | null {
  if (wanted === undefined || wanted === null || asked === null) return asked;
  const rights = asked.rights.filter((right) => wanted.rights.includes(right));
  const below = (path: string): boolean =>
    asked.paths.length === 0 || asked.paths.some((each) => path === each || path.startsWith(`${each}/`));
  const plain = (path: string): boolean => /^\/(?:[^/]+(?:\/[^/]+)*)?$/.test(path) && !path.split('/').includes('..');
  const everywhere = wanted.paths.length === 0 && asked.paths.length > 0;
  if (rights.length === 0 || rights.length !== new Set(wanted.rights).size) throw narrowingInvalid('channels');
  if (everywhere || !wanted.paths.every((path) => plain(path) && below(path))) throw narrowingInvalid('channels');
  return { rights, paths: [...new Set(wanted.paths)].sort() };
}

function narrowDestinations(
  wanted: readonly Destination[] | null | undefined,
  asked: readonly Destination[] | null,
): readonly Destination[] | null {
  if (wanted === undefined || wanted === null || asked === null) return asked;
  const names = new Set(wanted.map(destinationText));
  const left = asked.filter((each) => names.has(destinationText(each)));
  if (left.length === 0 || left.length !== names.size) throw narrowingInvalid('channels');
  return left;
}
