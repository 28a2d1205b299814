// The yes to reading a target's files without anybody's session, on the gateway's side of the link: it exists only where
// the controller, asked over the link, said so. Nobody's input goes anywhere with it.

import { parseId, type SessionId } from '../../store/core/ids.ts';
import type { ToController } from './approved-channel.ts';
import type { Grant } from './methods.ts';

class ApprovedReading {
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

export type { ApprovedReading };

/** Rejects with a Refusal where there is no such reading to be done. */
export async function takeReading(controller: ToController, reading: string): Promise<ApprovedReading> {
  const grant = await controller.call('reading.take', { reading });
  const session = parseId('ses', grant.session);
  if (session === undefined) throw new TypeError('expected the id of a reading, got something else');
  return new ApprovedReading(grant, session);
}
