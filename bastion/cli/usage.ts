// The commands: what each is for and takes. `--help` prints this, and so does a mistake.

export const EXIT = {
  ok: 0,
  /** The command ran and found something wrong: verify, check. */
  problem: 1,
  usage: 64,
  unavailable: 69,
  fault: 70,
  refused: 77,
  settings: 78,
} as const;

export interface CommandUsage {
  readonly summary: string;
  readonly synopsis: string;
  readonly details: string;
}

export const COMMANDS: Readonly<Record<string, CommandUsage>> = {
  init: {
    summary: 'set up a data folder and print the first administrator’s one-time link',
    synopsis: './sluice init --name NAME --display-name TEXT [--data DIR] [--public-url URL]',
    details: `  --data DIR           the installation's folder (default ./data)
  --name NAME          what the administrator types at sign-in
  --display-name TEXT  the administrator's own name
  --public-url URL     how browsers reach this server, such as https://sluice.example`,
  },
  serve: {
    summary: 'run controller, gateway and web server until interrupted',
    synopsis: './sluice serve [--data DIR] [--http PORT] [--ssh PORT]',
    details: `  --data DIR   the installation's folder (default ./data)
  --http PORT  port of the web server instead of the settings'
  --ssh PORT   the SSH port instead of the settings'`,
  },
  demo: {
    summary: 'run a complete demonstration on this machine’s loopback address',
    synopsis: './sluice demo [--data DIR] [--http PORT] [--ssh PORT]',
    details: `  --data DIR   the demonstration's folder (default ./demo-data); kept for the next start
  --http PORT  port of the web server (default 8080; 0 picks a free one)
  --ssh PORT   the SSH port (default 2222; 0 picks a free one)
Five accounts with published passwords: it refuses to listen on anything but loopback.`,
  },
  check: {
    summary: 'explain the settings in force and look for what would go wrong',
    synopsis: './sluice check [--data DIR]',
    details: '  --data DIR   the installation’s folder (default ./data)',
  },
  totp: {
    summary: 'print the one-time code of this moment',
    synopsis: './sluice totp SECRET | ./sluice totp --demo NAME [--data DIR]',
    details: `  SECRET       the authenticator's secret in base 32; "-" reads it from standard input
  --demo NAME  the code of one of the demonstration's accounts
  --data DIR   the demonstration's folder (default ./demo-data)`,
  },
  verify: {
    summary: 'check recordings and evidence log offline, from the files alone',
    synopsis: './sluice verify [--data DIR] [--key VERIFIER-KEY]',
    details: `  --data DIR  the installation's folder, or a copy of its evidence/ and recordings/ (default ./data)
  --key KEY   the log's public key as you know it, instead of the one that lies beside the log
Exit status 0 when everything is intact, 1 when anything is not.`,
  },
  custodian: {
    summary: 'make a custodian’s identity and print its public key',
    synopsis: './sluice custodian --out FILE',
    details: `  --out FILE   where the identity is kept; whoever has it can give this custodian's shares
The public key is what the head appoints the custodian with. age-keygen makes the same.`,
  },
  unseal: {
    summary: 'a custodian’s share, to open what was typed in a session',
    synopsis: './sluice unseal --identity FILE --server URL --name NAME [REQUEST] | --capsule FILE',
    details: `  --identity FILE  the custodian's age identity; it stays on this machine
  --server URL     where Sluice runs; asks for password and one-time code
  --name NAME      the custodian's account
  REQUEST          the request to give a share for; without one, those that wait are listed
  --capsule FILE   offline: opens a sealed share ("-" reads standard input) and prints it in base 64`,
  },
  version: {
    summary: 'print the version',
    synopsis: './sluice version',
    details: '',
  },
};

export function usage(command?: string): string {
  const known = command === undefined ? undefined : COMMANDS[command];
  if (known !== undefined) return `${known.summary}\n\nusage: ${known.synopsis}\n${known.details}\n`;
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(9)} ${summary}`);
  return `Sluice (闸口): maintenance access that opens on approval, closes on time, and leaves proof

usage: ./sluice COMMAND [OPTIONS]      ./sluice COMMAND --help

${lines.join('\n')}
  test      set up what tests need and run them all

exit status: 0 done; 1 something is wrong; 64 the command line is; 69 something needed is missing;
             70 internal fault; 77 refused; 78 the settings are wrong
`;
}
