// The conversation of one web terminal. Binary messages are the terminal's bytes, both ways; text messages are JSON.
// It never reconnects: a new opening needs a new second factor.

import Value from 'typebox/value';
import { type TerminalHello, type TerminalResize, TerminalSays } from '../../contract/sessions.ts';

export interface TerminalEvents {
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly onSays: (says: TerminalSays) => void;
  /** The line went down without a farewell. */
  readonly onLost: () => void;
}

export interface TerminalSocket {
  type(bytes: Uint8Array<ArrayBuffer>): void;
  resize(columns: number, rows: number): void;
  close(): void;
}

export function connectTerminal(token: string, events: TerminalEvents): TerminalSocket {
  const address = new URL('/api/v1/terminals/socket', window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address);
  socket.binaryType = 'arraybuffer';
  let ended = false;
  const send = (message: TerminalHello | TerminalResize) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  socket.onopen = () => send({ type: 'hello', token });
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data instanceof ArrayBuffer) return events.onBytes(new Uint8Array(data));
    const says = read(data);
    if (says === undefined) return;
    if (says.type === 'ended') ended = true;
    events.onSays(says);
  };
  socket.onclose = () => {
    if (!ended) events.onLost();
    ended = true;
  };
  return {
    type: (bytes) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes);
    },
    resize: (columns, rows) => send({ type: 'resize', columns, rows }),
    close: () => {
      ended = true;
      socket.close();
    },
  };
}

function read(data: unknown): TerminalSays | undefined {
  try {
    const value: unknown = JSON.parse(String(data));
    return Value.Check(TerminalSays, value) ? value : undefined;
  } catch {
    return undefined;
  }
}
