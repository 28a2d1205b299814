// The files of a ticket: those that its text names are those that were attached while it was a draft. The bytes are not in
// a bundle; whoever has a file can compare it by its hash.

import type { Matter, Told } from './matter.ts';
import type { ShownFile } from './shown-ticket.ts';

export function tellAttachments({ own, shown, approvals, ticket }: Told): readonly Matter[] {
  if (shown === undefined) return [];
  const until = approvals.at(-1)?.index ?? Number.MAX_SAFE_INTEGER;
  const attached = new Set<string>();
  for (const { type, index, details } of own) {
    if (index > until) break;
    const { name = null, sha256 = null, bytes = null } = details;
    if (type === 'ticket.attachment-added') attached.add(keyOf({ name, sha256, bytes }));
    if (type === 'ticket.attachment-removed') attached.delete(keyOf({ name, sha256, bytes }));
  }
  const named = shown.attachments.map(keyOf);
  if (named.length === 0 && attached.size === 0) return [];
  const about = { matter: 'attachments' as const, about: ticket };
  const same = named.length === attached.size && named.every((key) => attached.has(key));
  if (!same) {
    const en = 'the files that the ticket names are not those that were attached';
    return [{ ...about, outcome: 'fails', sentence: { zh: '工单写明的附件与所添加的不符', en } }];
  }
  const list = shown.attachments.map(({ name, bytes, sha256 }) => `${name} (${bytes}, SHA-256 ${sha256})`).join('; ');
  return [{ ...about, outcome: 'holds', sentence: { zh: `附件：${list}`, en: `attached: ${list}` } }];
}

function keyOf({ name, sha256, bytes }: ShownFile): string {
  return JSON.stringify([name, sha256, bytes]);
}
