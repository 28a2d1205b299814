// Runs a command to the gateway itself on a channel: asks the controller, prints, and ends with a status that scripts can
// rely on (sysexits: 64 written wrongly, 69 not available, 77 refused).

import type { Sentence } from '../../../store/core/refusal.ts';
import { Refusal, type RefusalKind } from '../../../store/core/refusal.ts';
import type { ToController } from '../../link/approved-channel.ts';
import { REFUSED_STATUS } from '../session/end-text.ts';
import type { ClientSide } from '../session/sides.ts';
import type { Language } from './language.ts';
import { HELP, NOT_A_COMMAND, type OwnCommand } from './own-command.ts';

export interface OwnAffairs {
  readonly controller: ToController;
  readonly login: string;
  readonly language: Language;
  readonly client: ClientSide;
  /** On a terminal lines end in two characters. */
  readonly terminal: boolean;
}

const WRITTEN_WRONGLY = 64;
const NOT_AVAILABLE = 69;

const FAULT: Sentence = { zh: '系统内部出错，操作未执行。', en: 'an internal fault; nothing was done.' };

export async function runOwnCommand(command: OwnCommand, affairs: OwnAffairs): Promise<void> {
  const { client } = affairs;
  try {
    const lines = await answerOf(command, affairs);
    print(affairs, lines);
    finish(
      client,
      command.kind === 'wrong' ? WRITTEN_WRONGLY : 0,
      command.kind === 'wrong' ? NOT_A_COMMAND : undefined,
    );
  } catch (error) {
    const refused = error instanceof Refusal ? error : undefined;
    finish(client, refused === undefined ? NOT_AVAILABLE : statusOf(refused.kind), refused?.sentence ?? FAULT);
  }
  await client.closed;
}

async function answerOf(command: OwnCommand, { controller, login }: OwnAffairs): Promise<readonly Sentence[]> {
  switch (command.kind) {
    case 'status':
      return (await controller.call('own.status', { login })).lines;
    case 'extend': {
      const { ticket, minutes, reason } = command;
      return (await controller.call('own.extend', { login, ticket, minutes, reason })).lines;
    }
    case 'help':
    case 'wrong':
      return HELP;
  }
}

function statusOf(kind: RefusalKind): number {
  if (kind === 'invalid') return WRITTEN_WRONGLY;
  return kind === 'unavailable' ? NOT_AVAILABLE : REFUSED_STATUS;
}

/** One language after the other where the client does not say which. */
function print({ client, language, terminal }: OwnAffairs, lines: readonly Sentence[]): void {
  const end = terminal ? '\r\n' : '\n';
  const languages = language === 'both' ? (['zh', 'en'] as const) : [language];
  for (const each of languages) client.output.write(lines.map((line) => `${line[each]}${end}`).join(''));
}

function finish(client: ClientSide, status: number, text: Sentence | undefined): void {
  client.finish({ exit: { kind: 'status', status }, reason: 'own-command', text });
}
