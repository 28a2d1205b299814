// What controller and gateway can ask each other: the whole of the link's language.

import Type, { type Static } from 'typebox';
import type { Recipient } from '../../recordings/format/recording-keys.ts';
import { CHANNEL_KINDS, FILE_RIGHTS, type FileRight } from '../../store/core/channel-terms.ts';
import { END_REASONS } from '../../store/core/end-reason.ts';
import { FileEvidence, MOST_FILE_EVIDENCE } from './file-evidence.ts';
import { CopyFailure, CopyPlan, Found, MOST_FOUND } from './originals.ts';

const Nothing = Type.Object({});
const Yes = Type.Object({ accepted: Type.Boolean() });
const Login = Type.String({ maxLength: 64 });
const Session = Type.String({ maxLength: 64 });
const Terminal = Type.String({ maxLength: 64 });
const Bytes = Type.String({ description: 'base 64' });
const Sentence = Type.Object({ zh: Type.String(), en: Type.String() });
const Lines = Type.Array(Sentence, { maxItems: 4096 });
const Heads = Type.Record(Type.String(), Type.String());
const Size = {
  columns: Type.Integer({ minimum: 1, maximum: 65_535 }),
  rows: Type.Integer({ minimum: 1, maximum: 65_535 }),
};

const EndReason = Type.Enum([...END_REASONS]);

/** Why a connection was not let in, or not kept, before anybody signed in. */
export const DROP_CAUSES = ['source-not-named', 'too-many', 'too-slow'] as const;
export type DropCause = (typeof DROP_CAUSES)[number];

const ChannelKind = Type.Enum([...CHANNEL_KINDS]);

const FileTerms = Type.Object({
  rights: Type.Unsafe<readonly FileRight[]>(Type.Array(Type.Enum([...FILE_RIGHTS]), { minItems: 1 })),
  paths: Type.Unsafe<readonly string[]>(Type.Array(Type.String())),
});

/** Attacker-controlled on its way to the gate; on its way back as the ticket names it. */
const Destination = Type.Object({
  host: Type.String({ maxLength: 1024 }),
  port: Type.Integer({ minimum: 0, maximum: 0xffffffff }),
});

/** Which target account is meant: by the names a person typed, or by the ids the page sent. */
export const Selector = Type.Union([
  Type.Object({
    by: Type.Literal('names'),
    login: Type.Union([Type.String(), Type.Null()]),
    target: Type.Union([Type.String(), Type.Null()]),
  }),
  Type.Object({ by: Type.Literal('ids'), ticketId: Type.String(), targetAccountId: Type.String() }),
]);
export type Selector = Static<typeof Selector>;

const TrackKey = Type.Object({
  dataKey: Bytes,
  recipients: Type.Unsafe<readonly Recipient[]>(Type.Array(Type.Object({ to: Type.String(), capsule: Type.String() }))),
});

/** The gate's yes, as it crosses the link: everything one session needs, and nothing that outlives it. */
export const Grant = Type.Object({
  session: Session,
  kind: ChannelKind,
  via: Type.Union([Type.Literal('ssh'), Type.Literal('web')]),
  ticket: Type.Object({ id: Type.String(), number: Type.String() }),
  account: Type.Object({ id: Type.String(), name: Type.String() }),
  target: Type.Object({
    id: Type.String(),
    name: Type.String(),
    host: Type.String(),
    port: Type.Integer(),
    hostKey: Type.String(),
    /** Whether it may be on the bastion's own machine. */
    allowLoopback: Type.Boolean(),
  }),
  targetAccount: Type.Object({ id: Type.String(), login: Type.String() }),
  command: Type.Union([Type.String(), Type.Null()]),
  /** What an sftp channel may do; null for the other kinds. */
  files: Type.Union([FileTerms, Type.Null()]),
  /** Where a forward channel goes; null for the other kinds. */
  destination: Type.Union([Destination, Type.Null()]),
  source: Type.String(),
  /** Nothing may pass before `session.flow` says so: somebody has to watch. */
  waits: Type.Boolean(),
  /** How long what runs when the window ends may go on; 0: it is cut. */
  finishMs: Type.Number({ minimum: 0 }),
  /** How long the window still lasts. A length, not a time of day: the gateway counts it on its monotonic clock. */
  remainingMs: Type.Number(),
  recordingKeys: Type.Object({ screen: TrackKey, keys: TrackKey, files: TrackKey }),
  /** What is copied before it can change. */
  originals: CopyPlan,
});
export type Grant = Static<typeof Grant>;

/** What logs in to the target, once. */
const DialCredential = Type.Union([
  Type.Object({ kind: Type.Union([Type.Literal('password'), Type.Literal('private-key')]), secret: Bytes }),
  Type.Object({ kind: Type.Literal('certificate'), certificate: Bytes }),
]);
export type DialCredential = Static<typeof DialCredential>;

const Tracks = Type.Record(
  Type.String(),
  Type.Object({ head: Type.String(), frames: Type.Integer(), bytes: Type.Integer() }),
);

/** Lines of a menu; who has more open at once says more of the name. */
export const MOST_CHOICES = 200;
/** Sessions that one message cuts. */
export const MOST_CUTS = 500;

/** Asked by the gateway, answered by the controller. */
export const controllerMethods = {
  'login.start': {
    /** `name`: the account's; `typed`: the whole user name, empty where it is none. */
    params: Type.Object({
      name: Type.String({ maxLength: 256 }),
      typed: Type.String({ maxLength: 256 }),
      source: Type.String(),
    }),
    result: Type.Object({ login: Login }),
  },
  'login.password': {
    params: Type.Object({ login: Login, password: Type.String({ maxLength: 2_000_000 }) }),
    result: Yes,
  },
  'login.offers-key': { params: Type.Object({ login: Login, blob: Bytes }), result: Yes },
  /** `done`: signed in, the code was asked for a moment ago. */
  'login.key': {
    params: Type.Object({ login: Login, blob: Bytes }),
    result: Type.Object({ accepted: Type.Boolean(), done: Type.Boolean() }),
  },
  'login.code': { params: Type.Object({ login: Login, code: Type.String({ maxLength: 256 }) }), result: Yes },
  'login.end': { params: Type.Object({ login: Login }), result: Nothing },
  /** Told once a minute at most: connections that never got as far as a login. */
  'connections.dropped': {
    params: Type.Object({
      drops: Type.Array(
        Type.Object({
          /** An address, or `others`. Attacker-chosen only in so far as they can send from it. */
          source: Type.String({ maxLength: 64 }),
          cause: Type.Enum([...DROP_CAUSES]),
          count: Type.Integer({ minimum: 1 }),
        }),
        { minItems: 1, maxItems: 64 },
      ),
    }),
    result: Nothing,
  },
  'channel.request': {
    params: Type.Object({
      login: Login,
      kind: ChannelKind,
      selector: Selector,
      command: Type.Union([Type.String({ maxLength: 65_536 }), Type.Null()]),
      destination: Type.Union([Destination, Type.Null()]),
    }),
    result: Grant,
  },
  /** Which channels of their own this person may open now, of those the names fit; at most as many as a menu holds. */
  'channel.choices': {
    params: Type.Object({
      login: Login,
      kind: ChannelKind,
      named: Type.Object({
        login: Type.Union([Type.String(), Type.Null()]),
        target: Type.Union([Type.String(), Type.Null()]),
      }),
    }),
    result: Type.Object({
      choices: Type.Array(Type.Object({ login: Type.String(), target: Type.String() }), { maxItems: MOST_CHOICES }),
    }),
  },
  /** Told, not asked: a client wanted what is not offered. */
  'channel.not-offered': {
    params: Type.Object({ login: Login, kind: Type.String({ maxLength: 64 }) }),
    result: Nothing,
  },
  /** What a person asks of Sluice itself: where their tickets stand. Only under a login that names the account alone. */
  'own.status': { params: Type.Object({ login: Login }), result: Type.Object({ lines: Lines }) },
  'own.extend': {
    params: Type.Object({
      login: Login,
      /** The ticket's number; null for the one whose window is open. */
      ticket: Type.Union([Type.String({ maxLength: 64 }), Type.Null()]),
      minutes: Type.Integer({ minimum: 1, maximum: 10_080 }),
      reason: Type.String({ maxLength: 4096 }),
    }),
    result: Type.Object({ lines: Lines }),
  },
  'session.opened': { params: Type.Object({ session: Session, heads: Heads }), result: Nothing },
  /** `publicKey`: the gateway's for this dial alone, in its wire form; certified where the account takes certificates. */
  'session.credential': {
    params: Type.Object({ session: Session, publicKey: Type.String({ maxLength: 128, description: 'base 64' }) }),
    result: DialCredential,
  },
  /** What was done to files since the last such message, in order. */
  'session.files': {
    params: Type.Object({
      session: Session,
      events: Type.Array(FileEvidence, { minItems: 1, maxItems: MOST_FILE_EVIDENCE.events }),
    }),
    result: Nothing,
  },
  /** More of a copy, under a number that the gateway counts; answered when the bytes were taken. */
  'originals.bytes': {
    params: Type.Object({ session: Session, copy: Type.Integer() }),
    result: Nothing,
    patient: true,
  },
  /** That copy is whole; answered when it is durable. */
  'originals.copied': {
    params: Type.Object({ session: Session, copy: Type.Integer() }),
    result: Type.Object({ sha256: Type.String(), bytes: Type.Integer() }),
    patient: true,
  },
  /** It will not be whole. */
  'originals.dropped': { params: Type.Object({ session: Session, copy: Type.Integer() }), result: Nothing },
  /** What is at the declared paths; written down when the copying ends. */
  'originals.found': {
    params: Type.Object({ session: Session, found: Type.Array(Found, { minItems: 1, maxItems: MOST_FOUND }) }),
    result: Nothing,
  },
  /** Everything declared was copied, or not: the gateway opens nothing before this is answered. */
  'originals.ended': {
    params: Type.Object({ session: Session, failure: Type.Union([CopyFailure, Type.Null()]) }),
    result: Nothing,
    patient: true,
  },
  /** What somebody is about to change over sftp, as it is now. */
  'originals.touched': {
    params: Type.Object({ session: Session, found: Type.Array(Found, { minItems: 1, maxItems: MOST_FOUND }) }),
    result: Nothing,
  },
  /** The yes to a reading that the controller asked for: the grant that it goes by. Once. */
  'reading.take': { params: Type.Object({ reading: Session }), result: Grant },
  'reading.opened': { params: Type.Object({ session: Session, heads: Heads }), result: Nothing },
  'reading.ended': {
    params: Type.Object({
      session: Session,
      failure: Type.Union([CopyFailure, Type.Null()]),
      tracks: Type.Union([Tracks, Type.Null()]),
    }),
    result: Nothing,
    patient: true,
  },
  'session.head': { params: Type.Object({ session: Session, heads: Heads }), result: Nothing },
  'session.host-key-mismatch': {
    params: Type.Object({ session: Session, got: Type.String() }),
    result: Nothing,
  },
  'session.ended': {
    params: Type.Object({
      session: Session,
      reason: EndReason,
      exitStatus: Type.Union([Type.Integer(), Type.Null()]),
      exitSignal: Type.Union([Type.String(), Type.Null()]),
      recordedBytes: Type.Union([Type.Integer(), Type.Null()]),
      tracks: Type.Union([Tracks, Type.Null()]),
    }),
    result: Nothing,
  },
  /** Answered when the browser has taken the bytes: the back-pressure of the web terminal. */
  'terminal.output': { params: Type.Object({ terminal: Terminal }), result: Nothing, patient: true },
  'terminal.opened': {
    params: Type.Object({ terminal: Terminal, session: Session, remainingMs: Type.Number() }),
    result: Nothing,
  },
  /** How long its window lasts from now on. */
  'terminal.window': { params: Type.Object({ terminal: Terminal, remainingMs: Type.Number() }), result: Nothing },
  'terminal.notice': { params: Type.Object({ terminal: Terminal, text: Sentence }), result: Nothing },
  'terminal.ended': {
    params: Type.Object({
      terminal: Terminal,
      reason: Type.String(),
      text: Sentence,
      exitStatus: Type.Union([Type.Integer(), Type.Null()]),
    }),
    result: Nothing,
  },
} as const;

/** Asked by the controller, answered by the gateway. */
export const gatewayMethods = {
  configure: {
    params: Type.Object({
      hostKeys: Type.Array(Type.String(), { minItems: 1 }),
      recordings: Type.String(),
      host: Type.String(),
      port: Type.Integer({ minimum: 0, maximum: 65_535 }),
      idleMs: Type.Integer({ minimum: 1 }),
      graceMs: Type.Integer({ minimum: 1 }),
      /** How long a session waits for a supervisor. */
      superviseMs: Type.Integer({ minimum: 1 }),
      reserveBytes: Type.Integer({ minimum: 0 }),
    }),
    /** The processes that carry connections for this one. */
    result: Type.Object({ workers: Type.Array(Type.Integer()) }),
  },
  /** Null closes the port; with no source it is open to nobody. Answers the port that listens now. */
  listen: {
    params: Type.Object({ sources: Type.Union([Type.Array(Type.String()), Type.Null()]) }),
    result: Type.Object({ port: Type.Union([Type.Integer(), Type.Null()]) }),
  },
  /** Answered when nothing more comes from their targets or goes there; their clients may still be told why. */
  'sessions.cut': {
    params: Type.Object({ sessions: Type.Array(Session, { minItems: 1, maxItems: MOST_CUTS }), reason: EndReason }),
    result: Nothing,
  },
  /** The session's window ends at another time than it was told before; the person is told `text`. */
  'session.window': {
    params: Type.Object({ session: Session, remainingMs: Type.Number({ minimum: 0 }), text: Sentence }),
    result: Nothing,
  },
  /** Answered when nothing passes any more between the session's sides, or when it does again; the person reads `text`. */
  'session.flow': {
    params: Type.Object({ session: Session, passing: Type.Boolean(), text: Sentence }),
    result: Nothing,
  },
  /** A supervisor's line, for the person and the recording. */
  'session.tell': { params: Type.Object({ session: Session, text: Sentence }), result: Nothing },
  'terminal.open': {
    params: Type.Object({ terminal: Terminal, login: Login, selector: Selector, ...Size }),
    result: Nothing,
  },
  'terminal.input': { params: Type.Object({ terminal: Terminal }), result: Nothing, patient: true },
  'terminal.resize': { params: Type.Object({ terminal: Terminal, ...Size }), result: Nothing },
  'terminal.close': { params: Type.Object({ terminal: Terminal }), result: Nothing },
  /** Reads files of a target into evidence, without anybody's session; answered when that is over. */
  'originals.read': { params: Type.Object({ reading: Session }), result: Nothing, patient: true },
  /** Asks a host for its key and hangs up: nothing is sent to it. */
  'target.scan': {
    params: Type.Object({ host: Type.String(), port: Type.Integer(), allowLoopback: Type.Boolean() }),
    result: Type.Object({ hostKey: Type.String() }),
  },
} as const;

export type ControllerMethods = typeof controllerMethods;
export type GatewayMethods = typeof gatewayMethods;
