// What this gateway does not do, said in words where the protocol has room for words. Files move in channels of their
// own kind, with their own record; a command that is one end of scp, rsync or sftp is not a command somebody typed.

import type { Sentence } from '../../../store/core/refusal.ts';

const TRANSFERS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['scp', /^(?:\S*\/)?scp\s(?:.*\s)?-[a-zA-Z]*[tf]/],
  ['rsync', /^(?:\S*\/)?rsync\s+--server\b/],
  ['sftp', /^(?:\S*\/)?(?:internal-sftp|sftp-server)\b/],
];

/** The file transfer whose far end this command line is; undefined for all others. Attacker-controlled. */
export function transferOf(command: string): string | undefined {
  return TRANSFERS.find(([, pattern]) => pattern.test(command))?.[0];
}

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
