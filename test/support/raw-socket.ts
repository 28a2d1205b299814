// A WebSocket that says only what it is told to, to see what the server answers.

import WebSocket from 'ws';

export interface RawSocket {
  readonly socket: WebSocket;
  /** The HTTP status where there was no upgrade; 101 where there was. */
  readonly status: Promise<number>;
  /** The code it was closed with, and everything said in text before that. */
  readonly closed: Promise<{ readonly code: number; readonly said: readonly unknown[] }>;
}

export function rawSocket(web: string, headers: Readonly<Record<string, string>>): RawSocket {
  const socket = new WebSocket(`${web.replace('http', 'ws')}/api/v1/terminals/socket`, { headers });
  const said: unknown[] = [];
  socket.on('message', (data: Buffer, binary: boolean) => {
    if (!binary) said.push(JSON.parse(data.toString('utf8')));
  });
  const status = new Promise<number>((resolve, reject) => {
    socket.once('open', () => resolve(101));
    socket.once('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.once('error', reject);
  });
  const closed = new Promise<{ code: number; said: unknown[] }>((resolve) =>
    socket.once('close', (code) => resolve({ code, said })),
  );
  socket.on('error', () => undefined);
  return { socket, status, closed };
}
