// Asking to see what was typed at hidden prompts.

import { Unsealing, type UnsealingBody } from '../../contract/custody.ts';
import { post } from './request.ts';

export const askToUnseal = (session: string, body: UnsealingBody) =>
  post(`/sessions/${encodeURIComponent(session)}/unsealings`, Unsealing, body);
