// An HTTP server on loopback that keeps what is posted to it and answers as it is told.

import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Posted {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpReceiver {
  readonly url: string;
  readonly posted: readonly Posted[];
  /** From now on. */
  answer(status: number, body?: string, headers?: Readonly<Record<string, string>>): void;
  stop(): Promise<void>;
}

export async function startHttpReceiver(): Promise<HttpReceiver> {
  const posted: Posted[] = [];
  let answer: { status: number; body: string; headers: Readonly<Record<string, string>> } = {
    status: 200,
    body: '{"errcode":0,"errmsg":"ok"}',
    headers: {},
  };
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      posted.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(pieces) });
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    posted,
    answer(status, body = '', headers = {}) {
      answer = { status, body, headers };
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
