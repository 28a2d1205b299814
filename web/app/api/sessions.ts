// Sessions, their replay, the right to open a web terminal, and the head of the evidence log.

import { queryOptions } from '@tanstack/react-query';
import Type from 'typebox';
import { CommandLog } from '../../contract/commands.ts';
import { FilesPage } from '../../contract/session-files.ts';
import {
  EvidenceHead,
  ReplayPage,
  Session,
  type SessionQuery,
  type TerminalBody,
  TerminalTicket,
} from '../../contract/sessions.ts';
import { act, get, post } from './request.ts';

export const sessionsQuery = (filter: SessionQuery = {}) =>
  queryOptions({
    queryKey: ['sessions', 'list', filter],
    queryFn: () => get('/sessions', Type.Array(Session), filter),
  });

export const sessionQuery = (id: string) =>
  queryOptions({ queryKey: ['sessions', 'one', id], queryFn: () => get(one(id), Session) });

export const evidenceQuery = queryOptions({
  queryKey: ['sessions', 'evidence'],
  queryFn: () => get('/evidence', EvidenceHead),
});

export const replayPage = (id: string, from: number) =>
  get(`${one(id)}/replay`, ReplayPage, from === 0 ? {} : { from });
export const replayPageAt = (id: string, at: number) => get(`${one(id)}/replay`, ReplayPage, { at });
export const commandLog = (id: string, since: number) =>
  get(`${one(id)}/commands`, CommandLog, since === 0 ? {} : { since });
export const filesPage = (id: string, from: number) => get(`${one(id)}/files`, FilesPage, from === 0 ? {} : { from });
export const endSession = (id: string, reason: string) => act(`${one(id)}/end`, { reason });
export const openTerminal = (body: TerminalBody) => post('/terminals', TerminalTicket, body);

const one = (id: string) => `/sessions/${encodeURIComponent(id)}`;
