// The command line's edge: finds the command, translates what it throws into a sentence and an exit status.

import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearest } from '../../store/core/nearest.ts';
import { Refusal } from '../../store/core/refusal.ts';
import { shownLine } from '../../store/core/shown-text.ts';
import { type Command, OWN_PROCESSES, RUN } from './command-table.ts';
import type { Flags } from './flags.ts';
import { COMMANDS, EXIT, usage } from './usage.ts';

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  const own = name !== undefined && Object.hasOwn(OWN_PROCESSES, name) ? OWN_PROCESSES[name] : undefined;
  if (own !== undefined) return own(rest);
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(usage(rest[0]));
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  if (name === '--version') return (await import('./version.ts')).runVersion();
  const command = Object.hasOwn(RUN, name) ? RUN[name] : undefined;
  if (command === undefined) {
    const near = nearest(name, Object.keys(COMMANDS));
    process.stderr.write(`sluice: no such command: ${name}${near === undefined ? '' : `; did you mean ${near}?`}\n`);
    return EXIT.usage;
  }
  const flags = parseFlags(name, command, rest);
  return typeof flags === 'number' ? flags : command.run(flags);
}

function parseFlags(name: string, command: Command, args: readonly string[]): Flags | number {
  const options: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean', short: 'h' } };
  for (const option of command.options) options[option] = { type: 'string' };
  try {
    const parsed = parseArgs({
      args: [...args],
      options,
      allowPositionals: command.positionals === true,
      strict: true,
    });
    if (parsed.values.help === true) {
      process.stdout.write(usage(name));
      return EXIT.ok;
    }
    const values: Record<string, string | undefined> = {};
    for (const option of command.options) {
      const value = parsed.values[option];
      if (typeof value === 'string') values[option] = value;
    }
    return { values, positionals: parsed.positionals };
  } catch (error) {
    process.stderr.write(`sluice: ${error instanceof Error ? error.message : String(error)}\n\n${usage(name)}`);
    return EXIT.usage;
  }
}

function exitStatus(error: unknown): number {
  if (!(error instanceof Refusal)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`sluice: internal fault\n${text}\n`);
    return EXIT.fault;
  }
  // Sentences name files, and repeat what a server said.
  process.stderr.write(`sluice: ${shownLine(error.sentence.en)}\n        ${shownLine(error.sentence.zh)}\n`);
  if (error.code.startsWith('usage.')) return EXIT.usage;
  if (error.code.startsWith('settings.')) return EXIT.settings;
  return error.kind === 'unavailable' || error.kind === 'absent' ? EXIT.unavailable : EXIT.refused;
}

process.exitCode = await main(process.argv.slice(2)).catch(exitStatus);
// Timers and sockets of a finished command must not keep the process.
process.exit();
