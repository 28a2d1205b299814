// Recognises a command line that is the far end of a file transfer: `scp -t`, `scp -f`, `rsync --server`, an sftp
// server. So that a ticket's rights to files hold for the tools that move files by commands. It is for honest tools:
// whoever may run commands can move bytes in a thousand ways, which no pattern sees and the recording does.

import type { FileRight } from './channel-terms.ts';

export interface FileTransfer {
  readonly program: 'scp' | 'rsync' | 'sftp-server';
  /** What it needs; everything where the command line does not say which way. */
  readonly rights: readonly FileRight[];
}

const EVERYTHING: readonly FileRight[] = ['list', 'download', 'upload', 'delete'];
const SEPARATORS = new Set([';', '&', '|', '(', ')', '{', '}', '\n']);
const ASSIGNMENT = /^[A-Za-z_]\w*=/;
/** Programs that run the command that follows them and their options. */
const WRAPPERS = /^(sudo|doas|env|nice|ionice|nohup|setsid|stdbuf|timeout|time|command|exec|builtin|chrt|taskset)$/;
const SHELLS = /^(sh|bash|dash|ash|ksh|zsh)$/;
const PROGRAMS = /^(scp|rsync|sftp-server|internal-sftp|(?:ba|da|a|k|z)?sh)$/;
/** How deep `sh -c` inside `sh -c` is looked into. */
const DEEPEST = 3;

/** Undefined for every other command line. Attacker-controlled. */
export function fileTransferOf(command: string): FileTransfer | undefined {
  const found = transfersIn(command, 0);
  const [first] = found;
  if (first === undefined) return undefined;
  const rights = EVERYTHING.filter((right) => found.some((each) => each.rights.includes(right)));
  return { program: found.find(({ program }) => program === 'sftp-server')?.program ?? first.program, rights };
}

function transfersIn(command: string, depth: number): FileTransfer[] {
  return simpleCommands(command).flatMap((words) => {
    const [program, ...rest] = unwrapped(words);
    if (program === undefined) return [];
    const name = baseOf(program);
    if (SHELLS.test(name)) return depth < DEEPEST ? transfersIn(scriptOf(rest), depth + 1) : [];
    const transfer = transferBy(name, rest);
    return transfer === undefined ? [] : [transfer];
  });
}

function transferBy(name: string, words: readonly string[]): FileTransfer | undefined {
  if (name === 'sftp-server' || name === 'internal-sftp') return { program: 'sftp-server', rights: EVERYTHING };
  if (name === 'scp') return scp(words);
  return name === 'rsync' && words.includes('--server') ? rsync(words) : undefined;
}

/** Its far end is told by an option that no manual mentions: `-t` takes files, `-f` gives them. */
function scp(words: readonly string[]): FileTransfer | undefined {
  const end = words.indexOf('--');
  const options = (end < 0 ? words : words.slice(0, end)).filter((word) => /^-[A-Za-z0-9]+$/.test(word));
  const rights: FileRight[] = [];
  if (options.some((word) => word.includes('f'))) rights.push('download');
  if (options.some((word) => word.includes('t'))) rights.push('upload');
  return rights.length === 0 ? undefined : { program: 'scp', rights };
}

function rsync(words: readonly string[]): FileTransfer {
  if (words.includes('--daemon')) return { program: 'rsync', rights: EVERYTHING };
  const sender = words.includes('--sender');
  const deletes = words.some((word) => /^--(del|remove-)/.test(word));
  return { program: 'rsync', rights: [sender ? 'download' : 'upload', ...(deletes ? (['delete'] as const) : [])] };
}

/** Without what stands before the program: assignments, and programs that run others. */
function unwrapped(words: readonly string[]): readonly string[] {
  let rest = words;
  for (;;) {
    const [word] = rest;
    if (word === undefined) return [];
    if (ASSIGNMENT.test(word)) rest = rest.slice(1);
    else if (WRAPPERS.test(baseOf(word))) rest = afterWrapper(rest.slice(1));
    else return rest;
  }
}

/** Options of a wrapper may have values (`timeout 5`, `sudo -u www`); a program we know is never taken for one. */
function afterWrapper(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word, index) => {
    if (/^(-|\d)/.test(word)) return false;
    return PROGRAMS.test(baseOf(word)) || words[index - 1]?.startsWith('-') !== true;
  });
  return at < 0 ? [] : words.slice(at);
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** What `sh -c` is given. */
function scriptOf(words: readonly string[]): string {
  const at = words.findIndex((word) => /^-[A-Za-z]*c$/.test(word));
  return at < 0 ? '' : (words[at + 1] ?? '');
}

/** The simple commands of a command line, each as its words without quotes: near enough to what a shell would see. */
function simpleCommands(command: string): string[][] {
  const commands: string[][] = [[]];
  let word: string | undefined;
  let quote = '';
  const finish = (): void => {
    if (word !== undefined) commands.at(-1)?.push(word);
    word = undefined;
  };
  for (let at = 0; at < command.length; at += 1) {
    const sign = command.charAt(at);
    if (quote !== '') {
      if (sign === quote) quote = '';
      else word = (word ?? '') + sign;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      word ??= '';
    } else if (sign === '\\') {
      at += 1;
      word = (word ?? '') + command.charAt(at);
    } else if (SEPARATORS.has(sign)) {
      finish();
      commands.push([]);
    } else if (/\s/.test(sign)) finish();
    else word = (word ?? '') + sign;
  }
  finish();
  return commands;
}
