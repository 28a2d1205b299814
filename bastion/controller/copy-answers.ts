// What the controller answers about copies of originals: of a session that was granted to this gateway and is written
// down, or of a reading that was asked of it.

import type { Handlers } from '../link/conversation.ts';
import type { ControllerMethods } from '../link/methods.ts';
import type { Channels } from './channels.ts';
import type { Copies } from './copies.ts';
import type { Readings } from './readings.ts';
import type { SessionCopies } from './session-copies.ts';

type CopyAnswers = Pick<
  Handlers<ControllerMethods>,
  Extract<keyof ControllerMethods, `originals.${string}` | `reading.${string}`>
>;

export function copyAnswers({
  channels,
  copying,
  readings,
}: {
  readonly channels: Channels;
  readonly copying: SessionCopies;
  readonly readings: Readings;
}): CopyAnswers {
  const copiesOf = (session: string): Copies =>
    readings.has(session) ? readings.copies(session) : copying.copies(channels.requireOpened(session));
  return {
    async 'originals.bytes'({ session, copy }, bytes) {
      await copiesOf(session).bytes(copy, bytes);
      return {};
    },
    'originals.copied': async ({ session, copy }) => copiesOf(session).finish(copy),
    async 'originals.dropped'({ session, copy }) {
      copiesOf(session).drop(copy);
      return {};
    },
    async 'originals.found'({ session, found }) {
      if (readings.has(session)) readings.found(session, found);
      else copying.found(channels.requireOpened(session), found);
      return {};
    },
    async 'originals.ended'({ session, failure }) {
      channels.requireOpened(session);
      await channels.inTurn(session, (approved) => copying.ended(approved, failure));
      return {};
    },
    async 'originals.touched'({ session, found }) {
      channels.requireOpened(session);
      await channels.inTurn(session, (approved) => copying.touched(approved, found));
      return {};
    },
    'reading.take': ({ reading }) => readings.take(reading),
    async 'reading.opened'({ session, heads }) {
      await readings.opened(session, heads);
      return {};
    },
    async 'reading.ended'({ session, failure, tracks }) {
      await readings.ended(session, failure, tracks);
      return {};
    },
  };
}
