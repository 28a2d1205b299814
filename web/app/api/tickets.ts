// Change tickets as queries and acts.

import { queryOptions } from '@tanstack/react-query';
import Type from 'typebox';
import {
  type NarrowingBody,
  type ReportBody,
  RequestableTarget,
  type ReviewBody,
  Ticket,
  type TicketBody,
  TicketEdition,
} from '../../contract/tickets.ts';
import { Person, type SecondFactor, type TicketState } from '../../contract/words.ts';
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
export const approveTicket = (id: string, shownHash: string, narrow: NarrowingBody, code: SecondFactor) =>
  post(`${one(id)}/approve`, Ticket, { shownHash, code, ...(Object.keys(narrow).length > 0 && { narrow }) });
export const reviseTicket = (id: string, body: TicketBody) => post(`${one(id)}/revise`, Ticket, body);
export const fileTicket = (id: string) => post(`${one(id)}/file`, Ticket);
export const acceptTicket = (id: string) => post(`${one(id)}/accept`, Ticket);
export const sendBackTicket = (id: string, reason: string) => post(`${one(id)}/send-back`, Ticket, { reason });
export const reviewTicket = (id: string, body: ReviewBody) => post(`${one(id)}/review`, Ticket, body);

export const editionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['tickets', 'editions', id],
    queryFn: () => get(`${one(id)}/editions`, Type.Array(TicketEdition)),
  });

export const colleaguesQuery = queryOptions({
  queryKey: ['people', 'colleagues'],
  queryFn: () => get('/colleagues', Type.Array(Person)),
});
export const refuseTicket = (id: string, reason: string) => post(`${one(id)}/refuse`, Ticket, { reason });
export const revokeTicket = (id: string, reason: string, code: SecondFactor) =>
  post(`${one(id)}/revoke`, Ticket, { reason, code });

const one = (id: string) => `/tickets/${encodeURIComponent(id)}`;
