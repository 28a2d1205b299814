// What is sealed of a document: its text and the marks that lead to moments of the recording.

import type { Confidence } from '../commands/command.ts';
import type { Moment, SearchDocument } from './document.ts';

export type DocumentText = Pick<SearchDocument, 'text' | 'marks' | 'commands'>;

interface Head {
  /** Three numbers for each. */
  readonly marks: readonly number[];
  readonly commands?: readonly Confidence[];
}

/** The marks on the first line: a text that does not have what is looked for is not taken apart any further. */
export function encodeDocument({ text, marks, commands }: DocumentText): string {
  const head: Head = { marks: marks.flat(), ...(commands !== undefined && { commands }) };
  return `${JSON.stringify(head)}\n${text}`;
}

/** Only ever given what `encodeDocument` made: the seal says so. */
export function textOf(sealed: string): string {
  return sealed.slice(sealed.indexOf('\n') + 1);
}

export interface DocumentMoment extends Moment {
  /** How sure the command is that stands there; null where it was printed. */
  readonly command: Confidence | null;
}

/** Whether each line of the text is a command. */
export function isOfCommands(sealed: string): boolean {
  return headOf(sealed).commands !== undefined;
}

/** The moment of that place in the text. */
export function momentOf(sealed: string, index: number): DocumentMoment {
  const { marks, commands } = headOf(sealed);
  let moment: DocumentMoment = { at: 0, offset: 0, command: null };
  for (let nth = 0; nth < marks.length; nth += 3) {
    const [place = 0, at = 0, offset = 0] = marks.slice(nth, nth + 3);
    if (place > index) break;
    moment = { at, offset, command: commands?.[nth / 3] ?? null };
  }
  return moment;
}

function headOf(sealed: string): Head {
  return JSON.parse(sealed.slice(0, sealed.indexOf('\n'))) as Head;
}
