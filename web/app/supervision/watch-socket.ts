// The conversation of one live view: the token, then nothing is ever sent. It never reconnects by itself: being counted as
// somebody who watches is for people who are there.

import Value from 'typebox/value';
import { type WatchHello, WatchSays } from '../../contract/supervision.ts';

export interface WatchEvents {
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly onSays: (says: WatchSays) => void;
  /** The line went down without a farewell. */
  readonly onLost: () => void;
}

/** The answer closes it. */
export function connectWatch(token: string, events: WatchEvents): () => void {
  const address = new URL('/api/v1/watchings/socket', window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address);
  socket.binaryType = 'arraybuffer';
  let over = false;
  socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', token } satisfies WatchHello));
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (over) return;
    if (data instanceof ArrayBuffer) return events.onBytes(new Uint8Array(data));
    const says = read(data);
    if (says === undefined) return;
    over = says.type === 'ended';
    events.onSays(says);
  };
  socket.onclose = () => {
    if (!over) events.onLost();
    over = true;
  };
  return () => {
    over = true;
    socket.close();
  };
}

function read(data: unknown): WatchSays | undefined {
  try {
    const value: unknown = JSON.parse(String(data));
    return Value.Check(WatchSays, value) ? value : undefined;
  } catch {
    return undefined;
  }
}
