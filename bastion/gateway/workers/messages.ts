// What the gateway and its workers say to each other, apart from the sockets that go along. Both are our own processes;
// no byte of a client is in here.

import type { Stage } from '../front/waiting-room.ts';

export type ToWorker =
  /** A socket comes with it. */
  | { readonly type: 'receive'; readonly id: number; readonly source: string }
  | { readonly type: 'drop'; readonly id: number };

export type FromWorker =
  | { readonly type: 'reached'; readonly id: number; readonly stage: Stage }
  | { readonly type: 'too-slow' | 'signed-in'; readonly id: number }
  | { readonly type: 'closed'; readonly id: number }
  | { readonly type: 'load'; readonly bytesPerSecond: number };
