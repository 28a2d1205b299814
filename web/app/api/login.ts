// Signing in and out, invitations, one's own keys.

import { queryOptions } from '@tanstack/react-query';
import Type from 'typebox';
import {
  type InvitationAcceptBody,
  InvitationOffer,
  type LoginBody,
  Me,
  PublicKey,
  type PublicKeyBody,
  Status,
} from '../../contract/login.ts';
import type { SecondFactor } from '../../contract/words.ts';
import { act, get, post } from './request.ts';

export const statusQuery = queryOptions({
  queryKey: ['status'],
  /** With the answer goes how far the server's clock is ahead of this browser's. */
  queryFn: async () => {
    const status = await get('/status', Status);
    return { ...status, aheadMs: status.now - Date.now() };
  },
  staleTime: 5 * 60_000,
});

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: () => get('/me', Me), staleTime: 60_000 });

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: () => get('/me/keys', Type.Array(PublicKey)),
});

export const signIn = (body: LoginBody) => post('/login', Me, body);
export const signOut = () => act('/logout');
export const openInvitation = (token: string) => post('/invitations/open', InvitationOffer, { token });
export const acceptInvitation = (body: InvitationAcceptBody) => act('/invitations/accept', body);
export const addKey = (body: PublicKeyBody) => post('/me/keys', PublicKey, body);
export const removeKey = (id: string, code: SecondFactor) => act(`/me/keys/${encodeURIComponent(id)}/remove`, { code });
