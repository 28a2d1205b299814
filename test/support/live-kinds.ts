// Sessions that are live and busy, one of every kind: what a cut has to end.

import { once } from 'node:events';
import type { Client, ClientChannel } from 'ssh2';
import type { ChannelKind } from '../../store/core/channel-terms.ts';
import { sshString } from './ssh-wire.ts';
import type { WebTerminal } from './web-terminal.ts';

export interface LiveWith {
  readonly client: Client;
  readonly terminal: () => Promise<WebTerminal>;
  /** A port behind the target that answers what it is told. */
  readonly echo: number;
  /** A name on the target, of this session alone. */
  readonly file: string;
}

export interface Live {
  /** What Sluice said of the end, and the exit status, as far as the kind has room for them. */
  heard(): { readonly said: string; readonly status: unknown };
  /** Resolves when the client's side is closed. */
  readonly closed: Promise<void>;
}

export interface LiveKind {
  readonly name: string;
  readonly kind: ChannelKind;
  /** A file is being moved. */
  readonly moves?: true;
  /** As much as the way holds, for ever. */
  readonly floods?: true;
  /** No room for a sentence or a status. */
  readonly wordless?: true;
  /** Resolves when it does what it is for. */
  readonly begin: (how: LiveWith) => Promise<Live>;
}

const ZH = { LANG: 'zh_CN.UTF-8' };
/** Pieces of output that are kept. */
const MOST_LAST = 16;
const PIECE = Buffer.alloc(32_768, 'Sluice ');

function live(channel: ClientChannel): Live {
  // The end is what counts, and a flood is not even looked at: it would be felt in what is measured.
  const last: Buffer[] = [];
  let said = '';
  let status: unknown;
  channel.on('data', (bytes: Buffer) => {
    if (last.push(bytes) > MOST_LAST) last.shift();
  });
  channel.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString('utf8');
  });
  channel.once('exit', (code: unknown) => {
    status = code;
  });
  const closed = new Promise<void>((resolve) => channel.once('close', () => resolve()));
  return { heard: () => ({ said: Buffer.concat(last).toString('utf8') + said, status }), closed };
}

/** Live once the text has come. */
async function saying(channel: ClientChannel, text: string): Promise<Live> {
  const found = live(channel);
  while (!found.heard().said.includes(text)) await once(channel, 'data');
  return found;
}

const opened = (open: (done: (error: Error | undefined, channel: ClientChannel) => void) => void) =>
  new Promise<ClientChannel>((resolve, reject) =>
    open((error, channel) => (error === undefined ? resolve(channel) : reject(error))),
  );
const exec = ({ client }: LiveWith, command: string) => opened((done) => client.exec(command, { env: ZH }, done));

// Not `once` of the library: it listens for errors as well, for as long as nothing drains.
const drained = (channel: ClientChannel) => new Promise<void>((resolve) => channel.once('drain', () => resolve()));

/** For as long as the channel is open, one piece after the other; the channel's own window sets the pace. */
async function sendFor(channel: ClientChannel, whole: number): Promise<void> {
  const closed = once(channel, 'close');
  for (let sent = 0; sent < whole && channel.writable; sent += PIECE.length) {
    if (!channel.write(PIECE)) await Promise.race([drained(channel), closed]);
  }
}

const GIB = 1024 ** 3;

/** An sftp session with one file open for writing, by packets (draft-ietf-secsh-filexfer-02). */
async function sftpWriting({ client, file }: LiveWith, pieces: number): Promise<Live> {
  const channel = await opened((done) => client.subsys('sftp', done));
  let unread = Buffer.alloc(0);
  let answer: (packet: Buffer) => void = () => {};
  const found = live(channel);
  channel.on('data', (bytes: Buffer) => {
    unread = Buffer.concat([unread, bytes]);
    const length = unread.length < 4 ? Number.POSITIVE_INFINITY : 4 + unread.readUInt32BE();
    if (unread.length < length) return;
    const packet = unread.subarray(4, length);
    unread = unread.subarray(length);
    answer(packet);
  });
  const ask = (type: number, ...parts: Buffer[]): Promise<Buffer> => {
    const body = Buffer.concat([Buffer.from([type]), ...parts]);
    channel.write(Buffer.concat([number(body.length), body]));
    return new Promise((resolve) => {
      answer = resolve;
    });
  };
  await ask(1, number(3));
  const handle = (await ask(3, number(1), sshString(file), number(0x1a), number(0))).subarray(5);
  const write = (at: number) => ask(6, number(2), handle, number(0), number(at * PIECE.length), sshString(PIECE));
  await write(0);
  void (async () => {
    for (let at = 1; at < pieces; at += 1) await write(at);
  })();
  return found;
}

async function scpReceiving(how: LiveWith): Promise<Live> {
  const channel = await exec(how, `scp -t ${how.file}`);
  const found = live(channel);
  const yes = () => once(channel, 'data');
  await yes();
  const taken = yes();
  channel.write(`C0644 ${GIB} big\n`);
  await taken;
  void sendFor(channel, GIB);
  return found;
}

async function forwarding({ client, echo }: LiveWith): Promise<Live> {
  const channel = await opened((done) => client.forwardOut('127.0.0.1', 1, '127.0.0.1', echo, done));
  const found = live(channel);
  const answered = once(channel, 'data');
  // What comes back is sent again: traffic both ways, for ever.
  channel.on('data', (bytes: Buffer) => channel.writable && channel.write(bytes));
  channel.write('there and back');
  await answered;
  return found;
}

async function webTerminal({ terminal }: LiveWith): Promise<Live> {
  const open = await terminal();
  await open.said('opened');
  open.type('echo live-$((1+1))\r');
  await open.until((screen) => screen.includes('live-2'));
  let said = '';
  open.said('ended').then(
    ({ text }) => {
      said = `${text?.zh}`;
    },
    () => undefined,
  );
  return { heard: () => ({ said, status: undefined }), closed: open.closed };
}

/** The busiest last: the others come up in peace. */
export const LIVE_KINDS: readonly LiveKind[] = [
  {
    name: 'a shell',
    kind: 'shell',
    async begin({ client }) {
      const shell = await opened((done) => client.shell({ cols: 80, rows: 24 }, { env: ZH }, done));
      shell.write('echo live-$((1+1))\n');
      return saying(shell, 'live-2');
    },
  },
  {
    name: 'a command',
    kind: 'exec',
    begin: async (how) => saying(await exec(how, 'echo live; sleep 600'), 'live'),
  },
  { name: 'an idle sftp with an open file', kind: 'sftp', moves: true, begin: (how) => sftpWriting(how, 1) },
  { name: 'a web terminal', kind: 'shell', begin: webTerminal },
  {
    name: 'an sftp upload',
    kind: 'sftp',
    moves: true,
    floods: true,
    begin: (how) => sftpWriting(how, GIB / PIECE.length),
  },
  { name: 'scp -O', kind: 'exec', moves: true, floods: true, begin: scpReceiving },
  { name: 'a forwarded connection', kind: 'forward', wordless: true, floods: true, begin: forwarding },
  {
    name: 'a flooding command',
    kind: 'exec',
    floods: true,
    begin: async (how) => saying(await exec(how, 'yes live'), 'live'),
  },
];

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
