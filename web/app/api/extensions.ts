// More time for a window, as queries and acts.

import { queryOptions } from '@tanstack/react-query';
import Type from 'typebox';
import { Extension } from '../../contract/extensions.ts';
import type { SecondFactor } from '../../contract/words.ts';
import { get, post } from './request.ts';

export const extensionsQuery = (ticket: string) =>
  queryOptions({
    queryKey: ['tickets', 'extensions', ticket],
    queryFn: () => get(`/tickets/${encodeURIComponent(ticket)}/extensions`, Type.Array(Extension)),
  });

const one = (id: string, act: string) => `/extensions/${encodeURIComponent(id)}/${act}`;

export const askForTime = (ticket: string, minutes: number, reason: string) =>
  post(`/tickets/${encodeURIComponent(ticket)}/extensions`, Extension, { minutes, reason });
export const grantTime = (id: string, code: SecondFactor) => post(one(id, 'grant'), Extension, { code });
export const refuseTime = (id: string, reason: string) => post(one(id, 'refuse'), Extension, { reason });
export const withdrawWish = (id: string) => post(one(id, 'withdraw'), Extension);
