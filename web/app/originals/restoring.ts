// Giving an original back: a link that opens a new ticket of its requester, which names the hash of the copy. Nothing of it
// is trusted: it only fills in a form that its reader checks, and the server decides about.

import type { TFunction } from 'i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { type Draft, EMPTY } from '../tickets/draft.ts';
import { NO_TERMS } from '../tickets/draft-terms.ts';

export interface Restoring {
  /** The ticket it was copied under. */
  readonly restore: string;
  readonly original: string;
  readonly path: string;
  readonly target: string;
  readonly login: string;
}

type Asked = Readonly<Record<string, unknown>>;

/** From the address; nothing where it is not whole. */
export function restoringOf(asked: Asked): Partial<Restoring> {
  const { restore, original, path, target, login } = asked;
  const texts = [restore, original, path, target, login];
  if (!texts.every((text) => typeof text === 'string' && text.length <= 2048)) return {};
  if (!/^[0-9a-f]{64}$/.test(String(original))) return {};
  return {
    restore: String(restore),
    original: String(original),
    path: String(path),
    target: String(target),
    login: String(login),
  };
}

/** `restoringOf` gives all of it or nothing. */
export function isRestoring(asked: Partial<Restoring>): asked is Restoring {
  return asked.restore !== undefined;
}

/** As far as it can be known; times are left to the reader. */
export function restoringDraft(t: TFunction, ticket: Ticket, asked: Restoring): Draft {
  const { path, original, target, login } = asked;
  const channel = ticket.channels.find((each) => each.target === target && each.login === login);
  const plain = /^\/[^\p{Cc}]*$/u.test(path) && !path.split('/').includes('..');
  const name = (path.split('/').at(-1) ?? '').replace(/\p{Cc}/gu, '').slice(0, 200);
  return {
    ...EMPTY,
    purpose: t('originals.restorePurpose', { path: name, number: ticket.number }).slice(0, 200),
    plan: t('originals.restorePlan', { path }),
    sources: ticket.sources.join('\n'),
    channels:
      channel === undefined
        ? []
        : [
            {
              targetAccountId: channel.targetAccountId,
              kinds: ['sftp'],
              rights: ['list', 'upload'],
              paths: plain ? path : '',
              destinations: '',
            },
          ],
    terms: {
      ...NO_TERMS,
      tools: `${name === '' ? 'original' : name} ${original}`,
      changes:
        channel === undefined || !plain ? [] : [{ targetAccountId: channel.targetAccountId, modify: path, remove: '' }],
    },
  };
}
