// Text typed by people, as it may be stored and shown: NFC, no control characters, nothing that reorders or hides
// what stands beside it (a reviewer must read what the engineer wrote). All input here is attacker-controlled.

import { defineRefusal } from '../store/core/refusal.ts';

export const textRefused = defineRefusal<{ field: string; why: 'empty' | 'long' | 'characters' }>(
  'text.refused',
  'invalid',
  ({ field, why }) => ({
    zh: `“${field}”${{ empty: '不能为空', long: '过长', characters: '含有不可见或改变显示顺序的字符' }[why]}`,
    en: `${field} ${{ empty: 'is empty', long: 'is too long', characters: 'contains invisible or reordering characters' }[why]}`,
  }),
);

export interface TextRule {
  /** Named in the refusal. */
  readonly field: string;
  readonly maxLength: number;
  readonly lines?: 'one' | 'many';
}

// Controls, line and paragraph separators, bidi marks, embeddings, overrides and isolates, zero-width characters,
// interlinear annotations, tags, and the unassigned and private-use code points that no font draws.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]/u;

/** The normalised text; throws `text.refused`. Newlines and tabs are kept where the rule says many lines. */
export function plainText(text: string, { field, maxLength, lines = 'one' }: TextRule): string {
  const normal = text.normalize('NFC').replaceAll('\r\n', '\n').trim();
  if (normal === '') throw textRefused({ field, why: 'empty' });
  if (normal.length > maxLength) throw textRefused({ field, why: 'long' });
  if (HIDDEN.test(lines === 'many' ? normal.replaceAll(/[\n\t]/g, '') : normal)) {
    throw textRefused({ field, why: 'characters' });
  }
  return normal;
}
