// What is sealed of a document: its text and the marks that lead to moments of the recording.

import type { SearchDocument } from './document.ts';

export type DocumentText = Pick<SearchDocument, 'text' | 'marks'>;

/** The marks on the first line: a text that does not have what is looked for is not taken apart any further. */
export function encodeDocument({ text, marks }: DocumentText): string {
  return `${JSON.stringify(marks.flat())}\n${text}`;
}

/** Only ever given what `encodeDocument` made: the seal says so. */
export function textOf(sealed: string): string {
  return sealed.slice(sealed.indexOf('\n') + 1);
}

/** The moment of that place in the text. */
export function momentOf(sealed: string, index: number): { readonly at: number; readonly offset: number } {
  const flat = JSON.parse(sealed.slice(0, sealed.indexOf('\n'))) as readonly number[];
  let moment = { at: 0, offset: 0 };
  for (let nth = 0; nth < flat.length; nth += 3) {
    const [place = 0, at = 0, offset = 0] = flat.slice(nth, nth + 3);
    if (place > index) break;
    moment = { at, offset };
  }
  return moment;
}
