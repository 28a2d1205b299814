// What is sealed of a document: its text and the marks that lead to moments of the recording.

import type { SearchDocument } from './document.ts';

export type DocumentText = Pick<SearchDocument, 'text' | 'marks'>;

export function encodeDocument({ text, marks }: DocumentText): string {
  return JSON.stringify([text, marks.flat()]);
}

/** Only ever given what `encodeDocument` made: the seal says so. */
export function decodeDocument(sealed: string): DocumentText {
  const [text, flat] = JSON.parse(sealed) as [string, number[]];
  const marks: [number, number, number][] = [];
  for (let at = 0; at < flat.length; at += 3) marks.push([flat[at] ?? 0, flat[at + 1] ?? 0, flat[at + 2] ?? 0]);
  return { text, marks };
}

/** The moment of that place. */
export function momentOf({ marks }: DocumentText, index: number): { readonly at: number; readonly offset: number } {
  const mark = marks.findLast(([place]) => place <= index);
  return { at: mark?.[1] ?? 0, offset: mark?.[2] ?? 0 };
}
