// What was printed, as lines of text, with remarks in brackets on lines of their own. What was typed and drawn is in
// what was printed already.

import { shownLine } from '../../store/core/shown-text.ts';
import { PrintedText } from '../read/printed-text.ts';
import type { Told } from './told.ts';

export async function* plainText(
  told: AsyncIterable<Told>,
  title: string,
  language: 'zh' | 'en',
): AsyncGenerator<string> {
  const printed = new PrintedText();
  yield `${shownLine(title)}\n\n`;
  for await (const event of told) {
    if (event.kind === 'output') yield inOneDirection(printed.push(event.text));
    if (event.kind !== 'remark') continue;
    const rest = printed.end();
    const remark = shownLine(event.sentence[language]);
    yield inOneDirection(`${rest}${rest === '' || rest.endsWith('\n') ? '' : '\n'}[${clockOf(event.at)} ${remark}]\n`);
  }
  yield inOneDirection(printed.end());
}

/** Marks that turn around the text beside them, or begin a line where none is. What joins letters stays. */
function inOneDirection(text: string): string {
  return text.replaceAll(/[\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** `+00:12:03` since the beginning. */
function clockOf(at: number): string {
  const seconds = Math.floor(at / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `+${parts.map((part) => String(part).padStart(2, '0')).join(':')}`;
}
