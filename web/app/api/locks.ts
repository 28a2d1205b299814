// What is shut out.

import { queryOptions } from '@tanstack/react-query';
import Type from 'typebox';
import { Lock, type LockBody, LockReceipt } from '../../contract/locks.ts';
import type { SecondFactor } from '../../contract/words.ts';
import { get, post } from './request.ts';

const LOCKS = Type.Array(Lock);

export const locksQuery = queryOptions({ queryKey: ['people', 'locks'], queryFn: () => get('/locks', LOCKS) });
export const placeLock = (body: LockBody) => post('/locks', LockReceipt, body);
export const liftLock = (id: string, code: SecondFactor) =>
  post(`/locks/${encodeURIComponent(id)}/lift`, LOCKS, { code });
