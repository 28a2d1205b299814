// The gate's yes, on the gateway's side of the link. It exists only where the gate, asked over the link, said yes:
// the one maker is `askGate`. Dialling a target takes one, so nothing reaches a target without the gate.

import type { Static } from 'typebox';
import { parseId, type SessionId } from '../../store/core/ids.ts';
import type { Conversation } from './conversation.ts';
import type { ControllerMethods, GatewayMethods, Grant } from './methods.ts';

export type ToController = Conversation<ControllerMethods, GatewayMethods>;
export type ChannelQuestion = Static<ControllerMethods['channel.request']['params']>;

class ApprovedChannel {
  readonly #grant: Grant;
  readonly session: SessionId;

  constructor(grant: Grant, session: SessionId) {
    this.#grant = grant;
    this.session = session;
  }

  get grant(): Grant {
    return this.#grant;
  }
}

export type { ApprovedChannel };

/** Rejects with the gate's Refusal, whose sentence is safe to show. */
export async function askGate(controller: ToController, question: ChannelQuestion): Promise<ApprovedChannel> {
  const grant = await controller.call('channel.request', question);
  const session = parseId('ses', grant.session);
  if (session === undefined) throw new TypeError('expected a session id from the gate, got something else');
  return new ApprovedChannel(grant, session);
}
