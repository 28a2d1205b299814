// The terms of a ticket as they are typed: lists are lines of text.

import Type, { type Static } from 'typebox';
import { Impact, Risk, type TermsBody, type Ticket, Urgency } from '../../contract/tickets.ts';
import { linesOf } from './draft-channels.ts';

const DraftChanges = Type.Object({ targetAccountId: Type.String(), modify: Type.String(), remove: Type.String() });
export type DraftChanges = Static<typeof DraftChanges>;

export const DraftTerms = Type.Object({
  urgency: Urgency,
  contract: Type.String(),
  companions: Type.Array(Type.String()),
  impact: Impact,
  notice: Type.String(),
  risk: Risk,
  rollback: Type.String(),
  changes: Type.Array(DraftChanges),
  /** `name sha256`, one a line. */
  tools: Type.String(),
  supervised: Type.Boolean(),
  finishRunning: Type.Boolean(),
});
export type DraftTerms = Static<typeof DraftTerms>;

export const NO_TERMS: DraftTerms = {
  urgency: 'planned',
  contract: '',
  companions: [],
  impact: 'none',
  notice: '',
  risk: 'low',
  rollback: '',
  changes: [],
  tools: '',
  supervised: false,
  finishRunning: false,
};

export type TermsProblem =
  | { readonly field: 'notice'; readonly word: 'notice' }
  | { readonly field: 'changes'; readonly word: 'path'; readonly text: string; readonly account: string }
  | { readonly field: 'tools'; readonly word: 'tool'; readonly text: string };

export function termsProblems(terms: DraftTerms, accounts: readonly string[]): readonly TermsProblem[] {
  const problems: TermsProblem[] = [];
  if (terms.impact === 'interrupted' && terms.notice.trim() === '') problems.push({ field: 'notice', word: 'notice' });
  for (const { targetAccountId, modify, remove } of terms.changes) {
    if (!accounts.includes(targetAccountId)) continue;
    const bad = [...linesOf(modify), ...linesOf(remove)].find((path) => !isPath(path));
    if (bad !== undefined) problems.push({ field: 'changes', word: 'path', text: bad, account: targetAccountId });
  }
  const tool = linesOf(terms.tools).find((line) => toolOf(line) === undefined);
  if (tool !== undefined) problems.push({ field: 'tools', word: 'tool', text: tool });
  return problems;
}

/** `accounts`: those the ticket asks for; what was typed for others is left out. */
export function termsBody(terms: DraftTerms, accounts: readonly string[]): TermsBody {
  const { contract, notice, rollback, changes, tools, ...rest } = terms;
  const declared = changes.filter(({ targetAccountId }) => accounts.includes(targetAccountId));
  return {
    ...rest,
    contract: contract.trim() === '' ? null : contract.trim(),
    notice: notice.trim() === '' ? null : notice.trim(),
    rollback: rollback.trim(),
    changes: declared.flatMap(({ targetAccountId, modify, remove }) => [
      ...linesOf(modify).map((path) => ({ targetAccountId, path, change: 'modify' as const })),
      ...linesOf(remove).map((path) => ({ targetAccountId, path, change: 'delete' as const })),
    ]),
    tools: linesOf(tools).flatMap((line) => toolOf(line) ?? []),
  };
}

/** As a template; an emergency is no template for the next ticket. */
export function draftTerms({ terms }: Ticket): DraftTerms {
  // Attachments belong to the ticket they were added to, and are no part of what is sent.
  const { urgency: _, attachments: __, contract, companions, notice, changes, tools, ...rest } = terms;
  const byAccount = Map.groupBy(changes, ({ targetAccountId }) => targetAccountId);
  return {
    ...rest,
    urgency: 'planned',
    contract: contract ?? '',
    companions: companions.map(({ id }) => id),
    notice: notice ?? '',
    changes: [...byAccount].map(([targetAccountId, all]) => ({
      targetAccountId,
      modify: pathsOf(all, 'modify'),
      remove: pathsOf(all, 'delete'),
    })),
    tools: tools.map(({ name, sha256 }) => `${name} ${sha256}`).join('\n'),
  };
}

function pathsOf(changes: Ticket['terms']['changes'], wanted: 'modify' | 'delete'): string {
  return changes
    .filter(({ change }) => change === wanted)
    .map(({ path }) => path)
    .join('\n');
}

function isPath(text: string): boolean {
  return text.startsWith('/') && !text.split('/').includes('..');
}

function toolOf(line: string): { name: string; sha256: string } | undefined {
  const [, name, sha256] = /^(.+?)\s+([0-9a-fA-F]{64})$/.exec(line) ?? [];
  return name === undefined || sha256 === undefined ? undefined : { name, sha256 };
}
