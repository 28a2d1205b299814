// Requests for records, the files they lead to, and searching.

import { queryOptions } from '@tanstack/react-query';
import Type from 'typebox';
import { Destroyed } from '../../contract/keeping.ts';
import { type ExportBody, RecordRequest, type RecordRequestQuery } from '../../contract/record-requests.ts';
import { SearchPage } from '../../contract/search.ts';
import type { SecondFactor } from '../../contract/words.ts';
import { download, get, post } from './request.ts';

export const requestsQuery = (filter: RecordRequestQuery = {}) =>
  queryOptions({
    queryKey: ['requests', 'list', filter],
    queryFn: () => get('/record-requests', Type.Array(RecordRequest), filter),
  });

export const askExport = (session: string, body: ExportBody) =>
  post(`/sessions/${encodeURIComponent(session)}/exports`, RecordRequest, body);
export const approveRequest = (id: string, code: SecondFactor) => post(`${one(id)}/approve`, RecordRequest, { code });
export const refuseRequest = (id: string, reason: string) => post(`${one(id)}/refuse`, RecordRequest, { reason });
export const withdrawRequest = (id: string) => post(`${one(id)}/withdraw`, RecordRequest);
export const downloadRequest = (id: string) => download(`${one(id)}/download`);

export const destroyRecordings = (id: string) => post(`${one(id)}/destroy`, Destroyed);

export const searchPage = (q: string, from: number | undefined) => get('/search', SearchPage, { q, from });

const one = (id: string) => `/record-requests/${encodeURIComponent(id)}`;
