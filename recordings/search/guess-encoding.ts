// Whether the output of a session is UTF-8 or GB18030, by trying: what is valid in the one is hardly ever valid in the
// other, unless it is ASCII. Only the search index guesses; a person who looks chooses.

import type { RecordedEvent, TrackEnding } from '../read/read-track.ts';
import type { Encoding } from '../read/recorded-text.ts';

/** Enough to tell by. */
const MOST_BYTES = 256 * 1024;

export async function guessEncoding(events: AsyncIterable<RecordedEvent | TrackEnding>): Promise<Encoding> {
  const utf8 = decoders('utf-8');
  const gb18030 = decoders('gb18030');
  const wrong = { utf8: 0, gb18030: 0 };
  let bytes = 0;
  for await (const event of events) {
    if (event.kind !== 'output' && event.kind !== 'error-output') continue;
    wrong.utf8 += wrongIn(utf8[event.kind].decode(event.bytes, { stream: true }));
    wrong.gb18030 += wrongIn(gb18030[event.kind].decode(event.bytes, { stream: true }));
    bytes += event.bytes.length;
    if (bytes >= MOST_BYTES) break;
  }
  return wrong.gb18030 * 4 < wrong.utf8 ? 'gb18030' : 'utf-8';
}

/** Output and error output cut their own characters. */
function decoders(encoding: Encoding): { readonly [kind in 'output' | 'error-output']: TextDecoder } {
  return { output: new TextDecoder(encoding), 'error-output': new TextDecoder(encoding) };
}

function wrongIn(text: string): number {
  return text.split('\ufffd').length - 1;
}
