// What this gateway does not do, said in words where the protocol has room for words.

import type { Connection } from 'ssh2';
import type { Sentence } from '../../../store/core/refusal.ts';
import type { ToController } from '../../link/approved-channel.ts';
import { refuseOpening, refuseUnknown } from './opening.ts';

export function transferRefused(name: string): Sentence {
  return {
    zh: `这个通道不提供文件传输（${name}）。请使用终端或命令。`,
    en: `this channel offers no file transfer (${name}); use a terminal or a command.`,
  };
}

export const CERTIFICATE_REFUSED: Sentence = {
  zh: '本系统没有信任任何签发机构，不接受 SSH 用户证书。请使用已登记的公钥或口令。',
  en: 'no authority is trusted here, so SSH user certificates are not accepted; use a registered key or a password.',
};

export const COMMAND_WITH_NUL: Sentence = {
  zh: '命令中含有空字符，没有执行。',
  en: 'the command holds a NUL character and was not run.',
};

export const FULL: Sentence = {
  zh: '这个连接上打开的通道太多。',
  en: 'this connection has too many open channels',
};

/** Names of kinds that are told to the controller, per connection: a client may make up as many as it likes. */
const MOST_TOLD = 32;

/** Refuses what the connection itself may ask for; answers the function that tells the controller of more. */
export function refuseNotOffered(
  connection: Connection,
  controller: ToController,
  loginOf: () => string | undefined,
): (kind: string) => void {
  const told = new Set<string>();
  const tell = (kind: string): void => {
    const login = loginOf();
    if (login === undefined || told.has(kind) || told.size >= MOST_TOLD) return;
    told.add(kind);
    controller.call('channel.not-offered', { login, kind }).catch(() => undefined);
  };
  connection.on('openssh.streamlocal', (_accept, reject) => {
    tell('direct-streamlocal');
    refuseOpening(connection, reject, 'prohibited', kindRefused('streamlocal'));
  });
  refuseUnknown(connection, (type) => {
    tell(printable(type));
    return kindRefused(printable(type));
  });
  // Remote forwarding of ports and sockets; the protocol has no room for words here, the client has its own.
  connection.on('request', (_accept, reject, name) => {
    tell(name);
    reject?.();
  });
  return tell;
}

/** A name somebody chose, fit for a terminal and for the evidence. */
export function printable(name: string): string {
  return name.replace(/[^\w.@-]/g, '?').slice(0, 64);
}

export function kindRefused(name: string): Sentence {
  return { zh: `不提供这种通道（${name}）。`, en: `channels of this kind are not offered (${name})` };
}
