// How a channel that a client wants to open is refused: with a reason and a sentence (RFC 4254 section 5.1), where ssh2
// sends neither; and by name where ssh2 knows no such channel. The meaning of its fields belongs to the pinned files,
// see ../ssh2/README.

import type { Connection } from 'ssh2';
import type { Sentence } from '../../../store/core/refusal.ts';

export type OpenFailure = 'prohibited' | 'connect-failed' | 'unknown-type' | 'shortage';

const REASONS: Readonly<Record<OpenFailure, number>> = {
  prohibited: 1,
  'connect-failed': 2,
  'unknown-type': 3,
  shortage: 4,
};

interface Protocol {
  channelOpenFail(sender: number, reason: number, description?: string): void;
  readonly _handlers: { CHANNEL_OPEN: (protocol: Protocol, info: Opening) => void };
}

interface Opening {
  readonly type: string;
  readonly sender: number;
}

const KNOWN: ReadonlySet<string> = new Set(['session', 'direct-tcpip', 'direct-streamlocal@openssh.com']);

/** `reject` is ssh2's own: it gives the channel's place free and answers, here in our words. */
export function refuseOpening(
  connection: Connection,
  reject: () => void,
  failure: OpenFailure,
  sentence: Sentence,
): void {
  const protocol = protocolOf(connection);
  const fail = protocol.channelOpenFail;
  protocol.channelOpenFail = (sender) => fail.call(protocol, sender, REASONS[failure], wordsOf(sentence));
  try {
    reject();
  } finally {
    protocol.channelOpenFail = fail;
  }
}

/** Channels of a type that has no meaning here (`tun@openssh.com`, or made up) are refused, and told. */
export function refuseUnknown(connection: Connection, sentence: (type: string) => Sentence): void {
  const protocol = protocolOf(connection);
  const open = protocol._handlers.CHANNEL_OPEN;
  protocol._handlers.CHANNEL_OPEN = (self, info) => {
    if (KNOWN.has(info.type)) open(self, info);
    else protocol.channelOpenFail(info.sender, REASONS['unknown-type'], wordsOf(sentence(info.type)));
  };
}

/** Clients print these words with everything beyond ASCII escaped: Chinese would come out as numbers. */
function wordsOf({ en }: Sentence): string {
  return `Sluice: ${en}`.replace(/[^\x20-\x7e]/g, ' ');
}

function protocolOf(connection: Connection): Protocol {
  return (connection as unknown as { readonly _protocol: Protocol })._protocol;
}
