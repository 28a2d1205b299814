// What a ticket says besides where and when: under which contract, who comes along, what it does to trading, what is
// changed and with which tools, how to go back. Checked, and put into one canonical form. A ticket that says nothing of
// it has the terms of one who only looks.

import { plainText } from '../../identity/plain-text.ts';
import { type AccountId, parseId, type TargetAccountId } from '../../store/core/ids.ts';
import { defineRefusal } from '../../store/core/refusal.ts';
import { parseAbsolutePath } from './file-terms.ts';

export const IMPACTS = ['none', 'degraded', 'interrupted'] as const;
export type Impact = (typeof IMPACTS)[number];

export const RISKS = ['low', 'medium', 'high'] as const;
export type Risk = (typeof RISKS)[number];

/** A drill goes the emergency's way, and says that it is one. */
export const URGENCIES = ['planned', 'emergency', 'drill'] as const;
export type Urgency = (typeof URGENCIES)[number];

export interface DeclaredChange {
  readonly targetAccountId: TargetAccountId;
  /** Absolute and normalised; stands for itself and everything below. */
  readonly path: string;
  readonly change: 'modify' | 'delete';
}

/** A file that may be uploaded as a tool. */
export interface Tool {
  readonly name: string;
  /** Hex, lower case. */
  readonly sha256: string;
}

export interface TicketTerms {
  readonly urgency: Urgency;
  /** Number or name of the contract with the vendor. */
  readonly contract: string | null;
  /** Each opens sessions with their own account. Sorted. */
  readonly companions: readonly AccountId[];
  /** What it does to trading. */
  readonly impact: Impact;
  /** What the public is told beforehand. */
  readonly notice: string | null;
  readonly risk: Risk;
  /** How to go back; empty where nothing is said. */
  readonly rollback: string;
  /** Empty: nothing is changed. */
  readonly changes: readonly DeclaredChange[];
  readonly tools: readonly Tool[];
  /** Somebody of the centre has to watch. */
  readonly supervised: boolean;
  /** What runs when the window ends may finish, for a while. */
  readonly finishRunning: boolean;
}

/** As somebody asks for them; attacker-controlled. What is left out is as in `PLAIN_TERMS`. */
export interface TermsBody {
  readonly urgency?: Urgency;
  readonly contract?: string | null;
  readonly companions?: readonly string[];
  readonly impact?: Impact;
  readonly notice?: string | null;
  readonly risk?: Risk;
  readonly rollback?: string;
  readonly changes?: readonly {
    readonly targetAccountId: string;
    readonly path: string;
    readonly change: DeclaredChange['change'];
  }[];
  readonly tools?: readonly Tool[];
  readonly supervised?: boolean;
  readonly finishRunning?: boolean;
}

export const PLAIN_TERMS: TicketTerms = {
  urgency: 'planned',
  contract: null,
  companions: [],
  impact: 'none',
  notice: null,
  risk: 'low',
  rollback: '',
  changes: [],
  tools: [],
  supervised: false,
  finishRunning: false,
};

const MOST_COMPANIONS = 16;
const MOST_CHANGES = 64;
const MOST_TOOLS = 64;

export const companionsInvalid = defineRefusal('ticket.companions-invalid', 'invalid', () => ({
  zh: `随行人员须是申请人同一单位在用的系统操作员，不含申请人本人，最多 ${MOST_COMPANIONS} 人`,
  en: `companions are active operators of the requester’s company, not the requester, at most ${MOST_COMPANIONS}`,
}));

export const changesInvalid = defineRefusal('ticket.changes-invalid', 'invalid', () => ({
  zh: `变更须写明工单所选资产账号上的路径，每处一条，最多 ${MOST_CHANGES} 条`,
  en: `a change names a path on a target account of the ticket, each once, at most ${MOST_CHANGES}`,
}));

export const toolsInvalid = defineRefusal('ticket.tools-invalid', 'invalid', () => ({
  zh: `工具须写明文件名和 64 位十六进制 SHA-256，每个一条，最多 ${MOST_TOOLS} 个`,
  en: `a tool has a file name and a SHA-256 of 64 hex digits, each once, at most ${MOST_TOOLS}`,
}));

export const noticeMissing = defineRefusal('ticket.notice-missing', 'invalid', () => ({
  zh: '中断交易的维护须填写公告内容',
  en: 'maintenance that interrupts trading says what is announced beforehand',
}));

/** `agreed`: the target accounts of the ticket. That companions exist is for the caller to see. */
export function parseTerms(body: TermsBody, agreed: readonly TargetAccountId[]): TicketTerms {
  const { urgency = 'planned', impact = 'none', risk = 'low', supervised = false, finishRunning = false } = body;
  const notice = optional(body.notice, (text) => plainText(text, { field: 'notice', maxLength: 1000, lines: 'many' }));
  if (impact === 'interrupted' && notice === null) throw noticeMissing();
  return {
    urgency,
    contract: optional(body.contract, (text) => plainText(text, { field: 'contract', maxLength: 200 })),
    companions: parseCompanions(body.companions ?? []),
    impact,
    notice,
    risk,
    rollback:
      optional(body.rollback, (text) => plainText(text, { field: 'rollback', maxLength: 10_000, lines: 'many' })) ?? '',
    changes: parseChanges(body.changes ?? [], agreed),
    tools: parseTools(body.tools ?? []),
    supervised,
    finishRunning,
  };
}

export function isPlain(terms: TicketTerms): boolean {
  return JSON.stringify(inOrder(terms)) === JSON.stringify(inOrder(PLAIN_TERMS));
}

function inOrder({ ...terms }: TicketTerms): readonly (readonly [string, unknown])[] {
  return Object.entries(terms).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What is left empty is not said. */
function optional(text: string | null | undefined, parse: (text: string) => string): string | null {
  return text === undefined || text === null || text.trim() === '' ? null : parse(text);
}

function parseCompanions(names: readonly string[]): readonly AccountId[] {
  if (names.length > MOST_COMPANIONS) throw companionsInvalid();
  const ids = names.map((name) => {
    const id = parseId('acc', name);
    if (id === undefined) throw companionsInvalid();
    return id;
  });
  return [...new Set(ids)].sort();
}

function parseChanges(
  wanted: NonNullable<TermsBody['changes']>,
  agreed: readonly TargetAccountId[],
): readonly DeclaredChange[] {
  if (wanted.length > MOST_CHANGES) throw changesInvalid();
  const byPlace = new Map<string, DeclaredChange>();
  for (const { targetAccountId: named, path: text, change } of wanted) {
    const targetAccountId = agreed.find((each) => each === named);
    const path = parseAbsolutePath(text);
    if (targetAccountId === undefined || byPlace.has(`${targetAccountId} ${path}`)) throw changesInvalid();
    byPlace.set(`${targetAccountId} ${path}`, { targetAccountId, path, change });
  }
  return [...byPlace].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change);
}

function parseTools(wanted: readonly Tool[]): readonly Tool[] {
  if (wanted.length > MOST_TOOLS) throw toolsInvalid();
  const byText = new Map<string, Tool>();
  for (const { name: text, sha256: digest } of wanted) {
    const name = plainText(text, { field: 'tool', maxLength: 255 });
    const sha256 = digest.toLowerCase();
    if (name.includes('/') || !/^[0-9a-f]{64}$/.test(sha256)) throw toolsInvalid();
    byText.set(`${name}/${sha256}`, { name, sha256 });
  }
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tool]) => tool);
}
