// A witness over HTTP (C2SP tlog-witness): one address, small requests, slow clients cut.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { MOST_REQUEST_BYTES, SIZE_TYPE } from '../../audit/witness/add-checkpoint.ts';
import type { Witness } from '../../audit/witness/witness.ts';
import { defineRefusal } from '../../store/core/refusal.ts';

export interface WitnessServer {
  readonly url: string;
  stop(): Promise<void>;
}

const notBound = defineRefusal<{ host: string; port: number; why: string }>(
  'witness.not-bound',
  'unavailable',
  ({ host, port, why }) => ({
    zh: `无法在 ${host}:${port} 上监听（${why}）`,
    en: `cannot listen on ${host} port ${port} (${why})`,
  }),
);

const LIMITS = { requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: 8192, keepAliveTimeout: 60_000 };
const MOST_CONNECTIONS = 64;

export async function serveWitness(witness: Witness, host: string, port: number): Promise<WitnessServer> {
  const server = createServer(LIMITS, (request, response) => {
    answer(witness, request, response).catch((error: unknown) => {
      process.stderr.write(`sluice witness: ${error instanceof Error ? error.message : String(error)}\n`);
      if (!response.headersSent) send(response, 500, 'text/plain', 'the state could not be read or kept\n');
      else response.destroy();
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, host, port);
  const address = server.address() as AddressInfo;
  return {
    url: `http://${isIPv6(host) ? `[${host}]` : host}:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(notBound({ host, port, why: 'code' in error ? String(error.code) : error.message })),
    );
    server.listen(port, host, resolve);
  });
}

async function answer(witness: Witness, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url !== '/add-checkpoint') return send(response, 404, 'text/plain', 'POST /add-checkpoint\n');
  if (request.method !== 'POST') return send(response, 405, 'text/plain', 'POST /add-checkpoint\n');
  const body = await readBody(request);
  if (body === undefined) {
    response.setHeader('connection', 'close');
    return send(response, 413, 'text/plain', `at most ${MOST_REQUEST_BYTES} bytes\n`);
  }
  const said = await witness.add(body);
  if ('cosignature' in said) return send(response, 200, 'text/plain; charset=utf-8', said.cosignature);
  if ('size' in said) return send(response, 409, SIZE_TYPE, `${said.size}\n`);
  return send(response, said.status, 'text/plain', `${said.why}\n`);
}

/** Undefined where there is more than any request has. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > MOST_REQUEST_BYTES) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
