// What was printed, as lines of text, with remarks in brackets on lines of their own. What was typed and drawn is in
// what was printed already.

import { PrintedText } from '../read/printed-text.ts';
import type { Told } from './told.ts';

export async function* plainText(
  told: AsyncIterable<Told>,
  title: string,
  language: 'zh' | 'en',
): AsyncGenerator<string> {
  const printed = new PrintedText();
  yield `${title}\n\n`;
  for await (const event of told) {
    if (event.kind === 'output') yield printed.push(event.text);
    if (event.kind !== 'remark') continue;
    const rest = printed.end();
    yield `${rest}${rest === '' || rest.endsWith('\n') ? '' : '\n'}[${clockOf(event.at)} ${event.sentence[language]}]\n`;
  }
  yield printed.end();
}

/** `+00:12:03` since the beginning. */
function clockOf(at: number): string {
  const seconds = Math.floor(at / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `+${parts.map((part) => String(part).padStart(2, '0')).join(':')}`;
}
