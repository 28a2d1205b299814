// Custodians, and opening what was typed at hidden prompts.

import { queryOptions } from '@tanstack/react-query';
import Type from 'typebox';
import { Custodian, type CustodianBody, Unsealing, type UnsealingBody } from '../../contract/custody.ts';
import type { SecondFactor } from '../../contract/words.ts';
import { get, post } from './request.ts';

const CUSTODIANS = Type.Array(Custodian);

export const custodiansQuery = queryOptions({
  queryKey: ['people', 'custodians'],
  queryFn: () => get('/custodians', CUSTODIANS),
});

export const unsealingsQuery = queryOptions({
  queryKey: ['sessions', 'unsealings'],
  queryFn: () => get('/unsealings', Type.Array(Unsealing)),
});

export const askToUnseal = (session: string, body: UnsealingBody) =>
  post(`/sessions/${encodeURIComponent(session)}/unsealings`, Unsealing, body);
export const appointCustodian = (body: CustodianBody) => post('/custodians', CUSTODIANS, body);
export const removeCustodian = (account: string, code: SecondFactor) =>
  post(`/custodians/${encodeURIComponent(account)}/remove`, CUSTODIANS, { code });
