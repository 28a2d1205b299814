// Shows the menu on a channel and waits for the choice, before the gate is asked about anything.

import type { ServerChannel } from 'ssh2';
import type { Clock } from '../../../store/core/clock.ts';
import type { Sentence } from '../../../store/core/refusal.ts';
import { type Language, linesOf } from './language.ts';
import { type Choice, chosen, MORE_THAN_ONE, menuLines, NO_SUCH, promptOf, TypedLine } from './menu.ts';

export interface MenuDialog {
  readonly channel: ServerChannel;
  readonly choices: readonly Choice[];
  readonly language: Language;
  readonly clock: Clock;
  /** How long somebody may take, in milliseconds. */
  readonly graceMs: number;
  /** Resolves when the client is gone. */
  readonly closed: Promise<void>;
}

/** Answers that fit nothing before the channel is closed. */
const MOST_WRONG = 10;

/** Undefined when nothing was chosen: somebody left, took too long, or kept typing nonsense. */
export async function chooseFromMenu(dialog: MenuDialog): Promise<Choice | undefined> {
  const { channel, choices, language, clock, graceMs, closed } = dialog;
  const over = Promise.withResolvers<undefined>();
  const cancel = clock.after(graceMs, () => over.resolve(undefined));
  void closed.then(() => over.resolve(undefined));
  const leaving = new AbortController();
  const prompt = promptOf(language);
  print(channel, menuLines(choices, language));
  channel.write(prompt);
  try {
    return await Promise.race([conversation(dialog, prompt, leaving.signal), over.promise]);
  } finally {
    cancel();
    leaving.abort();
    channel.write('\r\n');
  }
}

async function conversation(
  { channel, choices, language }: MenuDialog,
  prompt: string,
  leaving: AbortSignal,
): Promise<Choice | undefined> {
  const line = new TypedLine();
  let wrong = 0;
  while (wrong < MOST_WRONG) {
    const bytes = await nextBytes(channel, leaving);
    if (bytes === undefined) return undefined;
    const typed = line.feed(bytes);
    if (typed.kind === 'leave') return undefined;
    if (typed.kind === 'typing') {
      // Once for all that came: a flood of keys is not answered by a larger one.
      await say(channel, `\r\x1b[K${prompt}${typed.text}`);
      continue;
    }
    // What follows the line is for the target, or for the next attempt.
    if (typed.rest.length > 0) channel.unshift(typed.rest);
    const choice = chosen(choices, typed.text);
    if (typeof choice === 'object') return choice;
    wrong += 1;
    await say(channel, again(choice === 'many' ? MORE_THAN_ONE : NO_SUCH, language) + prompt);
  }
  return undefined;
}

function print(channel: ServerChannel, lines: readonly string[]): void {
  channel.write(`\r\n${lines.join('\r\n')}\r\n`);
}

function again(sentence: Sentence, language: Language): string {
  return `\r\n${linesOf(sentence, language).join('\r\n')}\r\n`;
}

function say(channel: ServerChannel, text: string): Promise<void> {
  if (channel.write(text)) return Promise.resolve();
  return new Promise((resolve) => channel.once('drain', resolve));
}

/** Undefined at the end of the input, or when the dialog is over. */
function nextBytes(channel: ServerChannel, leaving: AbortSignal): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const look = (): void => {
      const bytes: Buffer | null = leaving.aborted ? null : channel.read();
      if (bytes === null && !leaving.aborted && !channel.readableEnded && !channel.destroyed) return;
      channel.off('readable', look).off('end', look).off('close', look);
      leaving.removeEventListener('abort', look);
      resolve(bytes ?? undefined);
    };
    channel.on('readable', look).on('end', look).on('close', look);
    leaving.addEventListener('abort', look);
    look();
  });
}
