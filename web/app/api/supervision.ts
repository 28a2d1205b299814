// Who watches which live session, and what a supervisor does to one.

import { queryOptions } from '@tanstack/react-query';
import Type from 'typebox';
import { Supervised, WatchTicket } from '../../contract/supervision.ts';
import { act, get, post } from './request.ts';

export const supervisionQuery = queryOptions({
  queryKey: ['sessions', 'supervision'],
  queryFn: () => get('/supervision', Type.Array(Supervised)),
});

export const askToWatch = (id: string) => post(one(id, 'watch'), WatchTicket);
export const freezeSession = (id: string, reason: string) => act(one(id, 'freeze'), { reason });
export const resumeSession = (id: string) => act(one(id, 'resume'));
export const sayToSession = (id: string, text: string) => act(one(id, 'say'), { text });

const one = (id: string, what: string) => `/sessions/${encodeURIComponent(id)}/${what}`;
