// The evidence log, as far as this browser checks it for itself.

import { CheckpointHead, ConsistencyProof } from '../../contract/evidence.ts';
import { get } from './request.ts';

export const checkpointHead = () => get('/checkpoint', CheckpointHead);
export const consistencyProof = (from: number, to: number) =>
  get('/checkpoint/consistency', ConsistencyProof, { from, to });
