// Every command there is, with the options it takes.

import type { Flags } from './flags.ts';

export interface Command {
  readonly options: readonly string[];
  readonly positionals?: boolean;
  readonly run: (flags: Flags) => Promise<number>;
}

/** Modules are loaded by the command that needs them: `version` must not wait for a database driver. */
export const RUN: Readonly<Record<string, Command>> = {
  init: {
    options: ['data', 'admin', 'head', 'auditor', 'public-url'],
    run: async (flags) => (await import('./init.ts')).runInit(flags),
  },
  serve: { options: ['data', 'http', 'ssh'], run: async (flags) => (await import('./serve.ts')).runServe(flags) },
  demo: { options: ['data', 'http', 'ssh'], run: async (flags) => (await import('./demo.ts')).runDemo(flags) },
  check: { options: ['data'], run: async (flags) => (await import('./check.ts')).runCheck(flags) },
  totp: {
    options: ['demo', 'data'],
    positionals: true,
    run: async (flags) => (await import('./totp.ts')).runTotp(flags),
  },
  export: {
    options: ['out', 'data'],
    positionals: true,
    run: async (flags) => (await import('./export.ts')).runExport(flags),
  },
  custodian: { options: ['out'], run: async (flags) => (await import('./unseal.ts')).runCustodian(flags) },
  unseal: {
    options: ['identity', 'capsule', 'server', 'name'],
    positionals: true,
    run: async (flags) => (await import('./unseal.ts')).runUnseal(flags),
  },
  'user-ca': {
    options: ['data'],
    positionals: true,
    run: async (flags) => (await import('./user-ca.ts')).runUserCa(flags),
  },
  witness: {
    options: ['state', 'log', 'name', 'host', 'port'],
    positionals: true,
    run: async (flags) => (await import('./witness.ts')).runWitness(flags),
  },
  checkpoint: {
    options: ['data', 'old'],
    positionals: true,
    run: async (flags) => (await import('./checkpoint.ts')).runCheckpoint(flags),
  },
  verify: {
    options: ['data', 'key', 'policy', 'checkpoint', 'timestamp-ca'],
    positionals: true,
    run: async (flags) => (await import('./verify.ts')).runVerify(flags),
  },
  version: { options: [], run: async () => (await import('./version.ts')).runVersion() },
};

/** Processes of our own, not commands for people. */
export const OWN_PROCESSES: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  gateway: async (args) => (await import('./gateway.ts')).runGatewayProcess(args),
  'gateway-worker': async (args) => (await import('./gateway.ts')).runGatewayWorker(args),
  'demo-target': async () => (await import('./demo-target.ts')).runDemoTarget(),
};
