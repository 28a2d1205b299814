// A worker's end: connections come from the gateway's process, what becomes of them is told back.

import type { Socket } from 'node:net';
import type { Clock } from '../../../store/core/clock.ts';
import type { Received, Reception } from '../front/reception.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** How often the load is told, in milliseconds. */
const LOAD_EVERY_MS = 500;

/** Serves what the parent process sends. */
export function serveAsWorker(reception: Reception, clock: Clock): void {
  const say = (message: FromWorker): void => {
    // Without a parent nobody wants to know; a callback keeps that from being an error.
    process.send?.(message, undefined, undefined, () => undefined);
  };
  const drops = new Map<number, () => void>();
  process.on('message', (message: ToWorker, socket?: Socket) => {
    const { id } = message;
    if (message.type === 'drop') {
      drops.get(id)?.();
      return;
    }
    const closed = (): void => {
      drops.delete(id);
      say({ type: 'closed', id });
    };
    // It may have been reset on its way here.
    if (socket === undefined || socket.destroyed) closed();
    else drops.set(id, reception.receive(socket, message.source, told(id, say, closed)));
  });
  tellLoad(reception, clock, say);
}

function told(id: number, say: (message: FromWorker) => void, closed: () => void): Received {
  return {
    reached: (stage) => say({ type: 'reached', id, stage }),
    tooSlow: () => say({ type: 'too-slow', id }),
    signedIn: () => say({ type: 'signed-in', id }),
    closed,
  };
}

function tellLoad(reception: Reception, clock: Clock, say: (message: FromWorker) => void): void {
  let before = 0;
  let told = 0;
  clock.every(LOAD_EVERY_MS, () => {
    const { carried } = reception;
    // A connection that closed took its bytes along.
    const bytesPerSecond = Math.max(0, ((carried - before) * 1000) / LOAD_EVERY_MS);
    before = carried;
    if (bytesPerSecond === told) return;
    told = bytesPerSecond;
    say({ type: 'load', bytesPerSecond });
  });
}
