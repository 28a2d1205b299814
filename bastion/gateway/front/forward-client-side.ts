// The client's end of a forwarded connection. The channel is opened towards the client only when the target has
// connected: until then a no is a refusal to open, which its program sees as a connection that failed. Each direction
// ends by itself, as on a TCP connection.

import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { ServerChannel } from 'ssh2';
import type { Sentence } from '../../../store/core/refusal.ts';
import type { KeyRenewal } from '../key-renewal.ts';
import type { ClientSide } from '../session/sides.ts';
import { socketPressure } from '../socket-pressure.ts';
import { type ChannelOutput, channelOutput } from './channel-output.ts';

export interface ForwardOpening {
  readonly accept: () => ServerChannel | undefined;
  readonly refuse: (reason: string, text: Sentence) => void;
  readonly socket: Socket;
  readonly keys: KeyRenewal;
  /** Resolves when the connection is gone. */
  readonly connectionClosed: Promise<void>;
  /** Hears of the stream once it is there. */
  readonly started: (channel: ServerChannel) => void;
}

interface Opened {
  readonly channel: ServerChannel;
  readonly out: ChannelOutput;
}

const NO_WORDS: Sentence = { zh: '没有打开。', en: 'not opened.' };

export function forwardClientSide(opening: ForwardOpening): ClientSide {
  const gone = Promise.withResolvers<void>();
  void opening.connectionClosed.then(() => gone.resolve());
  let opened: Opened | undefined;
  const there = (): Opened => {
    if (opened === undefined) throw new Error('expected a forwarded channel that was opened');
    return opened;
  };
  void gone.promise.then(() => opened?.out.destroy());
  return {
    get input(): Readable {
      return there().channel;
    },
    get output(): Writable {
      return there().out.output;
    },
    get errorOutput(): Writable {
      return there().out.errorOutput;
    },
    pressure: () => socketPressure(opening.socket, opening.keys),
    // A forwarded connection has neither a terminal nor signals.
    onResize: () => {},
    onSignal: () => {},
    closed: gone.promise,
    opened() {
      const channel = opening.accept();
      if (channel === undefined) throw new Error('expected a channel that was neither opened nor refused yet');
      channel.on('error', () => channel.destroy());
      channel.once('close', () => gone.resolve());
      opened = { channel, out: channelOutput(channel) };
      opening.started(channel);
    },
    // Not the channel's own end, which in ssh2's server closes both directions.
    outputEnded: () => there().out.end(() => there().channel.eof()),
    // Between two programs there is nobody to read it.
    tell: () => {},
    inform: () => {},
    finish({ reason, text }) {
      if (opened === undefined) {
        opening.refuse(reason, text ?? NO_WORDS);
        gone.resolve();
        return;
      }
      const { channel, out } = opened;
      out.end(() => channel.end());
      // Unread input would keep ssh2 from ever reporting the close.
      channel.resume();
    },
    destroy() {
      opened?.channel.close();
      // The other sessions of this connection go on, unless the client has stopped reading altogether.
      if (opening.socket.writableLength > 0) opening.socket.destroy();
      gone.resolve();
    },
  };
}
