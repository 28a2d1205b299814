// A real program in a real terminal, recorded as the gateway records: what is typed before it is passed on, what is
// printed before anybody sees it. Typing waits for what is to be seen, as a person does.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { spawn } from 'node-pty';
import type { Command } from '../../../recordings/commands/command.ts';
import { buildPicture } from '../../../recordings/picture/build-picture.ts';
import { openPicture } from '../../../recordings/picture/picture-file.ts';
import { parseIndex } from '../../../recordings/picture/picture-index.ts';
import { TrackCursor } from '../../../recordings/read/track-cursor.ts';
import { trackPath } from '../../../recordings/storage/recording-directory.ts';
import { unwrapTrackKey } from '../../../recordings/storage/recording-keys.ts';
import { systemClock } from '../../../store/core/clock.ts';
import type { Secret } from '../../../store/core/secret.ts';
import { FINISHED, RECORDS_KEY, stage } from '../support.ts';

const PATIENCE_MS = 10_000;

export interface RecordedShell {
  readonly directory: string;
  /** Where the program works. */
  readonly home: string;
  /** In one piece, as a paste comes; nothing is waited for. */
  paste(text: string): void;
  /** Key by key, each character after the one before it was drawn; then until `sees` is printed. */
  type(keys: string, sees?: RegExp): Promise<void>;
  sees(pattern: RegExp): Promise<void>;
  /** The program waits for a key: bash may lose its prompt when it is interrupted while it draws. */
  idle(): Promise<void>;
  /** Once the program has ended: the recording, sealed. */
  sealed(): Promise<{ readonly directory: string; readonly dataKey: Secret }>;
}

export async function recordedShell(
  program: readonly string[],
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<RecordedShell> {
  const { root, directory, open } = stage();
  const recording = await open({ clock: systemClock });
  const home = join(root, 'home');
  mkdirSync(home);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(home, name), content);
  const [file = 'bash', ...args] = program;
  const surroundings = { PATH: process.env.PATH ?? '', HOME: home, LANG: 'C.UTF-8', TERM: 'xterm-256color', ...env };
  const pty = spawn(file, [...args], { cols: 80, rows: 24, encoding: null, cwd: home, env: surroundings });
  let printed = '';
  let seen = 0;
  const waiting = new Set<() => void>();
  const left = Promise.withResolvers<void>();
  // node-pty says string, and gives bytes where there is no encoding.
  pty.onData((data: unknown) => {
    const bytes = Buffer.from(data as Buffer);
    void recording.output(bytes);
    printed += bytes.toString('latin1');
    for (const look of [...waiting]) look();
  });
  pty.onExit(() => left.resolve());

  function until(what: string, holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`expected to see ${what}, saw ${JSON.stringify(printed.slice(seen))}`));
      }, PATIENCE_MS);
      const look = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  }

  function paste(text: string): void {
    const bytes = Buffer.from(text);
    void recording.input(bytes);
    pty.write(bytes);
  }

  async function sees(pattern: RegExp): Promise<void> {
    await until(String(pattern), () => pattern.test(wordsOf(printed.slice(seen))));
    seen = printed.length;
  }

  return {
    directory,
    home,
    paste,
    sees,
    async type(text, pattern) {
      for (const key of keysOf(text)) {
        const before = printed.length;
        paste(key);
        if (key.length === 1 && key >= ' ' && key !== '\x7f') await until(key, () => printed.length > before);
      }
      if (pattern !== undefined) await sees(pattern);
    },
    async idle() {
      const state = () => /\) (\w)/.exec(readFileSync(`/proc/${pty.pid}/stat`, 'utf8'))?.[1];
      for (let still = 0; still < 20; still = state() === 'S' ? still + 1 : 0) await setImmediate();
    },
    async sealed() {
      await left.promise;
      await recording.seal(FINISHED);
      return { directory, dataKey: await screenKey(directory) };
    },
  };
}

/** What is read of a recording's commands. */
export async function commandsOf({ directory, dataKey }: { directory: string; dataKey: Secret }) {
  const path = join(directory, '..', 'derived', 'screen.picture');
  await buildPicture({ directory, dataKey, path, bareLineFeeds: false, skip: new Set(), onFrame: () => {} });
  const picture = await openPicture(path, dataKey);
  await picture?.close();
  return parseIndex(picture?.index)?.commands ?? ([] as readonly Command[]);
}

export async function screenKey(directory: string): Promise<Secret> {
  let key: Secret | undefined;
  const cursor = await TrackCursor.open(trackPath(directory, 'screen'), (header) => {
    key = unwrapTrackKey(RECORDS_KEY, header);
    return key;
  });
  await cursor?.close();
  if (key === undefined) throw new Error('expected a screen track');
  return key;
}

/** What is printed, without what moves and colours it. */
function wordsOf(printed: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: sequences begin with a control character
  const text = printed.replace(/\x1b\[[\d;?]*[@-~]|\x1b\][^\x07]*\x07|\x1b[()=>].?|\r/g, '');
  return Buffer.from(text, 'latin1').toString('utf8');
}

/** A sequence of escape is one key. */
function keysOf(text: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: keys are control characters
  return text.match(/\x1b\[[\d;]*[A-Za-z~]|\x1b.|[\s\S]/gu) ?? [];
}
