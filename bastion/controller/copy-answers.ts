// What the controller answers about copies of originals.

import type { ApprovedChannel } from '../../approvals/access/approved-channel.ts';
import type { Handlers } from '../link/conversation.ts';
import type { ControllerMethods } from '../link/methods.ts';
import type { Channels } from './channels.ts';
import type { SessionCopies } from './session-copies.ts';

type CopyAnswers = Pick<Handlers<ControllerMethods>, Extract<keyof ControllerMethods, `originals.${string}`>>;

export function copyAnswers({
  channels,
  copying,
}: {
  readonly channels: Channels;
  readonly copying: SessionCopies;
}): CopyAnswers {
  /** Only of a session that was granted to this gateway and is written down. */
  const open = (session: string): ApprovedChannel => channels.requireOpened(session);
  return {
    async 'originals.bytes'({ session, copy }, bytes) {
      await copying.copies(open(session)).bytes(copy, bytes);
      return {};
    },
    'originals.copied': async ({ session, copy }) => copying.copies(open(session)).finish(copy),
    async 'originals.dropped'({ session, copy }) {
      copying.copies(open(session)).drop(copy);
      return {};
    },
    async 'originals.found'({ session, found }) {
      copying.found(open(session), found);
      return {};
    },
    async 'originals.ended'({ session, failure }) {
      open(session);
      await channels.inTurn(session, (approved) => copying.ended(approved, failure));
      return {};
    },
    async 'originals.touched'({ session, found }) {
      open(session);
      await channels.inTurn(session, (approved) => copying.touched(approved, found));
      return {};
    },
  };
}
