// The client's end of a session that came over SSH.

import type { Socket } from 'node:net';
import type { ServerChannel } from 'ssh2';
import type { Sentence } from '../../../store/core/refusal.ts';
import type { KeyRenewal } from '../key-renewal.ts';
import type { ClientSide, Exit, TerminalSize } from '../session/sides.ts';
import { socketPressure } from '../socket-pressure.ts';
import { channelOutput } from './channel-output.ts';
import { type Language, linesOf } from './language.ts';

export interface SshChannel {
  readonly channel: ServerChannel;
  readonly socket: Socket;
  readonly keys: KeyRenewal;
  /** With a terminal, Sluice's lines go where the screen is; without one, to stderr, out of the way of data. */
  readonly terminal: boolean;
  readonly language: Language;
  readonly software: string;
  /** Subscribes to the requests of this channel. */
  readonly onResize: (listener: (size: TerminalSize) => void) => void;
  readonly onSignal: (listener: (name: string) => void) => void;
  /** Resolves when the connection is gone: ssh2 may never say so on a channel nobody reads. */
  readonly connectionClosed: Promise<void>;
}

export function sshClientSide(ssh: SshChannel): ClientSide {
  const { channel, socket, keys } = ssh;
  const torn = Promise.withResolvers<void>();
  const told = new Promise<void>((resolve) => channel.once('close', resolve));
  const closed = Promise.race([told, torn.promise, ssh.connectionClosed]);
  const out = channelOutput(channel);
  void closed.then(() => out.destroy());
  channel.on('error', () => channel.destroy());
  const print = (text: Sentence): void => {
    for (const line of linesOf(text, ssh.language)) {
      if (ssh.terminal) out.output.write(`\r\n\x1b[7m ${line} \x1b[27m\r\n`);
      else out.errorOutput.write(`${line}\n`);
    }
  };
  return {
    input: channel,
    output: out.output,
    errorOutput: out.errorOutput,
    pressure: () => socketPressure(socket, keys),
    software: ssh.software,
    onResize: ssh.onResize,
    onSignal: ssh.onSignal,
    closed,
    opened: () => {},
    outputEnded: () => {},
    tell(text) {
      // Without a terminal a program is listening: a countdown would only get in its way.
      if (ssh.terminal) print(text);
    },
    inform: print,
    finish({ exit, text }) {
      if (text !== undefined) print(text);
      tellExit(channel, exit);
      out.end(() => channel.end());
      // Unread input would keep ssh2 from ever reporting the close.
      channel.resume();
    },
    destroy() {
      channel.close();
      // The other sessions of this connection go on, unless the client has stopped reading altogether.
      if (socket.writableLength > 0) socket.destroy();
      torn.resolve();
    },
  };
}

/** What a shell reports for a program that a signal ended, where the signal has no name here. */
const UNKNOWN_SIGNAL_STATUS = 255;

function tellExit(channel: ServerChannel, exit: Exit): void {
  if (exit.kind === 'closed') return;
  if (exit.kind === 'status') {
    channel.exit(exit.status);
    return;
  }
  try {
    channel.exit(exit.signal, exit.coreDumped, exit.description);
  } catch {
    // ssh2 throws at names outside RFC 4254 section 6.10, and the target chose this one.
    channel.exit(UNKNOWN_SIGNAL_STATUS);
  }
}
