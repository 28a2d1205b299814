// Change tickets as queries and acts.

import { queryOptions } from '@tanstack/react-query';
import Type from 'typebox';
import { type ReportBody, RequestableTarget, Ticket, type TicketBody } from '../../contract/tickets.ts';
import type { TicketState } from '../../contract/words.ts';
import { get, post } from './request.ts';

export const ticketsQuery = (filter: { readonly state?: TicketState | undefined; readonly open?: true } = {}) =>
  queryOptions({ queryKey: ['tickets', 'list', filter], queryFn: () => get('/tickets', Type.Array(Ticket), filter) });

export const ticketQuery = (id: string) =>
  queryOptions({ queryKey: ['tickets', 'one', id], queryFn: () => get(one(id), Ticket) });

export const requestableQuery = queryOptions({
  queryKey: ['targets', 'requestable'],
  queryFn: () => get('/requestable', Type.Array(RequestableTarget)),
});

export const createTicket = (body: TicketBody) => post('/tickets', Ticket, body);
export const submitTicket = (id: string) => post(`${one(id)}/submit`, Ticket);
export const withdrawTicket = (id: string) => post(`${one(id)}/withdraw`, Ticket);
export const reportTicket = (id: string, report: ReportBody) => post(`${one(id)}/report`, Ticket, report);
export const approveTicket = (id: string, shownHash: string, code: string) =>
  post(`${one(id)}/approve`, Ticket, { shownHash, code });
export const refuseTicket = (id: string, reason: string) => post(`${one(id)}/refuse`, Ticket, { reason });
export const revokeTicket = (id: string, reason: string, code: string) =>
  post(`${one(id)}/revoke`, Ticket, { reason, code });

const one = (id: string) => `/tickets/${encodeURIComponent(id)}`;
