// Every way in that a client may try, as rows of a matrix: how it is tried, how the gate and the evidence call it, and
// what it is answered where no ticket can ever allow it.

import type { Client, ClientChannel, SFTPWrapper } from 'ssh2';
import type { ChannelKind, FileRight } from '../../store/core/channel-terms.ts';
import type { Sentence } from '../../store/core/refusal.ts';
import { openChannel } from './ssh2-client.ts';

/** What the attempts are made with. */
export interface Means {
  readonly client: Client;
  /** A web terminal of the same person, for the same channel. */
  readonly terminal: () => Promise<Answer>;
  readonly language: 'zh' | 'en';
  /** A port behind the target. */
  readonly destination: number;
  /** A file on the target. */
  readonly file: string;
}

export interface Answer {
  readonly refused: boolean;
  readonly said: string;
  /** The exit status, where there is one. */
  readonly status?: unknown;
}

export interface WayIn {
  readonly name: string;
  /** As a ticket and the gate know it; undefined: in no ticket, ever. */
  readonly kind?: ChannelKind;
  /** What a ticket that agrees to files has to allow besides. */
  readonly rights?: readonly FileRight[];
  /** Files are moved within the channel: what a ticket does not allow is refused there, and the channel lives. */
  readonly within?: true;
  /** Refused under any ticket: the evidence's code and kind, and what is said. */
  readonly never?: { readonly code: string; readonly recorded: string; readonly says?: Sentence };
  /** Neither a sentence nor a status reaches the client: its protocol, or its library, has no room. */
  readonly wordless?: true;
  readonly attempt: (means: Means) => Promise<Answer>;
}

type Started = (error: Error | undefined, channel?: ClientChannel) => void;

/** Everything a session channel said, and how it ended. One that opens and stays open is no answer, and no refusal. */
function session(start: (done: Started) => void): Promise<Answer> {
  return new Promise((resolve) =>
    start((error, channel) => {
      if (channel === undefined) return resolve({ refused: true, said: error?.message ?? '' });
      let said = '';
      let status: unknown;
      const hear = (bytes: Buffer) => {
        said += bytes.toString('utf8');
      };
      channel.on('data', hear).on('exit', (code: unknown) => {
        status = code;
      });
      channel.stderr.on('data', hear);
      channel.once('close', () => resolve({ refused: status !== 0, said, status }));
    }),
  );
}

/** Something that is answered with yes or an error. */
function asked(ask: (done: (error?: Error | null) => void) => void): Promise<Answer> {
  return new Promise((resolve) =>
    ask((error) => resolve({ refused: error instanceof Error, said: error instanceof Error ? error.message : '' })),
  );
}

const lang = ({ language }: Means) => ({ LANG: language === 'zh' ? 'zh_CN.UTF-8' : 'en_US.UTF-8' });
const exec =
  (command: (means: Means) => string, pty = false) =>
  (means: Means) =>
    session((done) => means.client.exec(command(means), { env: lang(means), pty }, done));
const subsystem = (name: string) => (means: Means) => session((done) => means.client.subsys(name, done));

/** One operation of an sftp session; a session that is refused altogether refuses it as well. */
const sftp = (operate: (session: SFTPWrapper, means: Means, done: (error?: Error | null) => void) => void) => {
  return (means: Means) =>
    asked((done) =>
      means.client.sftp((error, opened) => {
        if (error !== undefined) return done(error);
        operate(opened, means, (refused) => {
          // It lives on: nothing was wrong with the session.
          opened.realpath('.', (dead) => {
            opened.end();
            done(dead === undefined ? refused : null);
          });
        });
      }),
    );
};

const notOffered = (recorded: string, en?: string, zh = en) => ({
  code: 'channel.kind-not-offered',
  recorded,
  ...(en !== undefined && zh !== undefined && { says: { zh, en } }),
});

/** Known to the library, and not to its types. */
const FORWARDING = { env: {}, agentForward: true };

/** The library does not ask without one; asking takes none. */
function withAgent(client: Client): Client {
  Object.assign(client, { _agent: {} });
  return client;
}

export const WAYS_IN: readonly WayIn[] = [
  {
    name: 'a shell',
    kind: 'shell',
    attempt: (means) => session((done) => means.client.shell(false, { env: lang(means) }, done)),
  },
  {
    name: 'a shell on a terminal',
    kind: 'shell',
    attempt: (means) => session((done) => means.client.shell({ cols: 80, rows: 24 }, { env: lang(means) }, done)),
  },
  { name: 'a web terminal', kind: 'shell', attempt: ({ terminal }) => terminal() },
  { name: 'a command', kind: 'exec', attempt: exec(() => 'echo through') },
  { name: 'a command on a terminal', kind: 'exec', attempt: exec(() => 'echo through', true) },
  { name: 'scp -O up', kind: 'exec', rights: ['upload'], attempt: exec(({ file }) => `scp -t ${file}`) },
  { name: 'scp -O down', kind: 'exec', rights: ['download'], attempt: exec(() => 'scp -f /etc/hostname') },
  {
    name: 'rsync up',
    kind: 'exec',
    rights: ['upload'],
    attempt: exec(({ file }) => `rsync --server -logDtpre.iLsfxCIvu . ${file}`),
  },
  {
    name: 'rsync down',
    kind: 'exec',
    rights: ['download'],
    attempt: exec(() => 'rsync --server --sender -logDtpre.iLsfxCIvu . /etc/hostname'),
  },
  { name: 'git', kind: 'exec', attempt: exec(({ file }) => `git-upload-pack '${file}'`) },
  { name: 'sftp', kind: 'sftp', attempt: subsystem('sftp') },
  {
    name: 'sftp put',
    kind: 'sftp',
    rights: ['upload'],
    within: true,
    wordless: true,
    attempt: sftp((opened, { file }, done) => opened.open(file, 'w', done)),
  },
  {
    name: 'sftp get',
    kind: 'sftp',
    rights: ['download'],
    within: true,
    wordless: true,
    attempt: sftp((opened, _, done) => opened.open('/etc/hostname', 'r', done)),
  },
  {
    name: 'a forwarded connection (-L, -W)',
    kind: 'forward',

    attempt: ({ client, destination }) =>
      asked((done) => client.forwardOut('127.0.0.1', 1, '127.0.0.1', destination, done)),
  },
  {
    name: 'an sftp server by a command',
    kind: 'exec',
    never: {
      code: 'channel.sftp-by-command',
      recorded: 'exec',
      says: { zh: '不能以命令方式启动 sftp 服务', en: 'not started by a command' },
    },
    attempt: exec(() => '/usr/lib/openssh/sftp-server'),
  },
  {
    name: 'a command with a NUL',
    never: notOffered('exec-with-nul', 'NUL', '空字符'),
    attempt: exec(() => 'echo one\0two'),
  },
  {
    name: 'an unknown subsystem',
    never: notOffered('netconf', 'netconf'),
    attempt: subsystem('netconf'),
  },
  {
    name: 'a remote port (-R)',
    never: notOffered('tcpip-forward'),
    attempt: ({ client }) => asked((done) => client.forwardIn('127.0.0.1', 0, done)),
  },
  {
    name: 'a remote socket (-R)',
    never: notOffered('streamlocal-forward@openssh.com'),
    attempt: ({ client, file }) => asked((done) => client.openssh_forwardInStreamLocal(file, done)),
  },
  {
    name: 'a socket of the target (-L)',
    never: notOffered('direct-streamlocal', 'streamlocal'),
    attempt: ({ client }) => asked((done) => client.openssh_forwardOutStreamLocal('/run/x.sock', done)),
  },
  {
    name: 'an agent',
    never: notOffered('agent'),
    attempt: ({ client }) => asked((done) => withAgent(client).exec('true', FORWARDING, done)),
  },
  {
    name: 'X11',
    never: notOffered('x11'),
    attempt: ({ client }) => asked((done) => client.exec('true', { x11: true }, done)),
  },
  {
    name: 'a network device (tun)',
    never: notOffered('tun@openssh.com', 'tun@openssh.com'),
    attempt: ({ client }) => asked((done) => openChannel(client, 'tun@openssh.com', done)),
  },
  {
    name: 'a channel only servers open',
    never: notOffered('forwarded-tcpip', 'forwarded-tcpip'),
    attempt: ({ client }) => asked((done) => openChannel(client, 'forwarded-tcpip', done)),
  },
];
