// The commands: what each is for and takes. `--help` prints this, and so does a mistake.

export const EXIT = {
  ok: 0,
  /** The command ran and found something wrong: verify, check. */
  problem: 1,
  /** verify: it holds, by a key that is not known from elsewhere. */
  unanchored: 2,
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
    summary: 'set up a data folder and print the one-time links of administrator, head and auditor',
    synopsis: './sluice init --admin NAME:TEXT --head NAME:TEXT --auditor NAME:TEXT [--data DIR] [--public-url URL]',
    details: `  --data DIR           the installation's folder (default ./data)
  --admin NAME:TEXT    what the administrator types at sign-in, and their own name: he-guan:何管
  --head NAME:TEXT     the same of the centre's head
  --auditor NAME:TEXT  the same of the auditor; three different people
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
  checkpoint: {
    summary: 'print the latest signed checkpoint; ask a witness by hand and take in its answer',
    synopsis: `./sluice checkpoint [--data DIR]
       ./sluice checkpoint request WITNESS [--old SIZE] [--data DIR] > REQUEST
       ./sluice checkpoint take WITNESS ANSWER [--data DIR]`,
    details: `  WITNESS     its name in the policy file (setting evidence.policy)
  ANSWER      what "sluice witness sign" printed; "-" reads it from standard input
  --old SIZE  what the witness says it has last cosigned, where it refuses
  --data DIR  the installation's folder (default ./data)
Keep the checkpoint off this machine: whoever holds one later finds a log that was put back or written again.`,
  },
  witness: {
    summary: 'cosign the checkpoints of an evidence log, on a machine apart from it',
    synopsis: `./sluice witness --state DIR --log FILE [--name NAME] [--host ADDRESS] [--port PORT]
       ./sluice witness sign --state DIR --log FILE REQUEST > ANSWER`,
    details: `  --state DIR     the witness's own folder: its key, made at the first start, and what it cosigned last
  --log FILE      the log's public key, evidence/log.vkey, brought here by a way you trust
  --name NAME     what the witness is called, at the first start; it is part of its public key
  --host ADDRESS  where it listens (default 127.0.0.1)
  --port PORT     default 8091; 0 picks a free one
  REQUEST         what "sluice checkpoint request" printed; "-" reads it from standard input
Prints its public key for the policy file. Never put --state back to an earlier copy: it would cosign a second history.`,
  },
  export: {
    summary: 'write an evidence bundle: what happened under a ticket, to be checked by strangers',
    synopsis: './sluice export TICKET|SESSION --out DIR [--data DIR]',
    details: `  TICKET|SESSION  a ticket's number or id (all its sessions), or a session's id
  --out DIR       the folder to make
  --data DIR      the installation's folder (default ./data); the server may be running
Ciphertext and proofs: what the recordings show stays sealed. It leaves an event in the log.`,
  },
  verify: {
    summary: 'check recordings and evidence log offline, from the files alone',
    synopsis:
      './sluice verify BUNDLE [--policy FILE] [--timestamp-ca FILE] | [--data DIR] [--key VERIFIER-KEY] [--policy FILE] [--checkpoint FILE] [--timestamp-ca FILE]',
    details: `  BUNDLE      a folder that ./sluice export made
  --data DIR  the installation's folder, or a copy of its evidence/ and recordings/ (default ./data)
  --key KEY   the log's public key as you know it, instead of the one that lies beside the log
  --policy FILE      the log's key and the witnesses that must have cosigned it, in one file (C2SP tlog-policy)
  --checkpoint FILE  a checkpoint of this log that was kept elsewhere
  --timestamp-ca FILE  PEM certificates that timestamps must lead to
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
  'user-ca': {
    summary: 'print the public key that targets trust for certificates; replace it in three steps',
    synopsis: './sluice user-ca [prepare | switch | retire] [--data DIR]',
    details: `  prepare     make the next key; targets are given both lines
  switch      let it sign from now on
  retire      the old key opens nothing any more; targets are left with one line
  --data DIR  the installation's folder (default ./data); the server may be running
On each target: put what it prints into /etc/ssh/sluice-user-ca.pub, add the line
"TrustedUserCAKeys /etc/ssh/sluice-user-ca.pub" to sshd_config, and reload sshd.`,
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
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
  return `Sluice (闸口): maintenance access that opens on approval, closes on time, and leaves proof

usage: ./sluice COMMAND [OPTIONS]      ./sluice COMMAND --help

${lines.join('\n')}
  test       set up what tests need and run them all

exit status: 0 done; 1 something is wrong; 2 verified by its own key only; 64 the command line is; 69 something needed is missing;
             70 internal fault; 77 refused; 78 the settings are wrong
`;
}
