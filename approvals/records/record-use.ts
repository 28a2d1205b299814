// The proof that one approved request is being used now, by the one who asked, for what was approved: made once per
// request, with its evidence.

import type { AuthenticatedUser } from '../../identity/login/authenticated-user.ts';
import type { Json } from '../../store/core/canonical-json.ts';
import type { SessionView } from '../access/session-repository.ts';
import type { RecordRequest } from './request.ts';

class RecordUse {
  readonly user: AuthenticatedUser;
  readonly request: RecordRequest;
  readonly session: SessionView;
  /** What was written down of its tracks at the end; null while live, or when they could not be sealed. */
  readonly tracks: Json | null;
  readonly #made = true;

  constructor(user: AuthenticatedUser, request: RecordRequest, session: SessionView, tracks: Json | null) {
    this.user = user;
    this.request = request;
    this.session = session;
    this.tracks = tracks;
  }

  static isMade(value: unknown): value is RecordUse {
    return typeof value === 'object' && value !== null && #made in value && value.#made;
  }
}

export type { RecordUse };

export const isRecordUse = RecordUse.isMade;

/** For the service of requests alone. */
export function recordUse(
  user: AuthenticatedUser,
  request: RecordRequest,
  session: SessionView,
  tracks: Json | null,
): RecordUse {
  return new RecordUse(user, request, session, tracks);
}
