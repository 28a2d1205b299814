// What a person is told while signing in. SSH has one message for it (RFC 4252 section 5.4), which ssh2 sends only at the
// very beginning; our patch lets it be sent at any time.

import type { Connection } from 'ssh2';
import type { Sentence } from '../../../store/core/refusal.ts';

/** Both languages: nothing is known of the person's yet. */
export function showBanner(connection: Connection, { zh, en }: Sentence): void {
  const { _protocol } = connection as unknown as { readonly _protocol: { authBanner(text: string): void } };
  _protocol.authBanner(`${zh}\r\n${en}\r\n`);
}
