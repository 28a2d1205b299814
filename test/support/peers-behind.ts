// Servers that are not the target but can be reached from it: what connections are forwarded to.

import { connect, createServer, type Server, type Socket } from 'node:net';

export interface PeerBehind {
  readonly port: number;
  /** Connections that have come so far. */
  readonly connections: () => number;
  stop(): void;
}

/** Each connection is given to `serve`; it closes in one direction at a time. */
export function peerBehind(serve: (socket: Socket) => void): Promise<PeerBehind> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    serve(socket);
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      const stop = () => {
        server.close();
        for (const socket of sockets) socket.destroy();
      };
      resolve({ port, connections: () => connections, stop });
    }),
  );
}

/** Stands in front of a server and passes everything on: it counts who gets there. */
export function inFrontOf({ host, port }: { readonly host: string; readonly port: number }): Promise<PeerBehind> {
  return peerBehind((socket) => {
    const server = connect({ host, port });
    server.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.on('close', () => server.destroy());
    socket.pipe(server).pipe(socket);
  });
}
