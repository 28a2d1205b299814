// People and targets: the administrator's work.

import { queryOptions } from '@tanstack/react-query';
import Type from 'typebox';
import {
  Account,
  type AccountBody,
  DepartureReceipt,
  type IdentityBody,
  Invited,
  ScanAnswer,
  type ScanBody,
  Target,
  type TargetAccountBody,
  type TargetBody,
  TrustedKey,
} from '../../contract/people.ts';
import type { SecondFactor } from '../../contract/words.ts';
import { get, post } from './request.ts';

export const accountsQuery = queryOptions({
  queryKey: ['people'],
  queryFn: () => get('/accounts', Type.Array(Account)),
});

export const targetsQuery = queryOptions({
  queryKey: ['targets', 'list'],
  queryFn: () => get('/targets', Type.Array(Target)),
});

export const trustedKeysQuery = queryOptions({
  queryKey: ['targets', 'trusted-keys'],
  queryFn: () => get('/targets/trusted-keys', Type.Array(TrustedKey)),
});

export const inviteAccount = (body: AccountBody) => post('/accounts', Invited, body);
export const inviteAgain = (id: string) => post(`/accounts/${encodeURIComponent(id)}/invite`, Invited);
export const identify = (id: string, body: IdentityBody) =>
  post(`/accounts/${encodeURIComponent(id)}/identity`, Account, body);
export const depart = (id: string, reason: string, code: SecondFactor) =>
  post(`/accounts/${encodeURIComponent(id)}/depart`, DepartureReceipt, { reason, code });

export const scanTarget = (body: ScanBody) => post('/targets/scan', ScanAnswer, body);
export const addTarget = (body: TargetBody) => post('/targets', Target, body);
export const addTargetAccount = (id: string, body: TargetAccountBody) =>
  post(`/targets/${encodeURIComponent(id)}/accounts`, Target, body);
