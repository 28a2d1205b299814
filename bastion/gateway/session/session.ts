// One session, from the gate to the sealed recording. The order is the product: gate, recording, credential, dial,
// pump, end, seal. It ends one way: `#end` fires once with one reason, and everything else follows from that reason.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OpenRecording } from '../../../recordings/write/open-recording.ts';
import type { Clock } from '../../../store/core/clock.ts';
import type { EndReason } from '../../../store/core/end-reason.ts';
import type { Logger } from '../../../store/core/logger.ts';
import { Refusal, type Sentence } from '../../../store/core/refusal.ts';
import type { ApprovedChannel, ToController } from '../../link/approved-channel.ts';
import { beforeOpening } from '../originals/before-opening.ts';
import { CopyProblem } from '../originals/copy-problem.ts';
import { SftpProblem } from '../sftp/sftp-problem.ts';
import { DialFailure } from '../target/connect.ts';
import type { Dial, DialRequest } from '../target/dial.ts';
import { passControls } from './controls.ts';
import { endTextOf } from './end-text.ts';
import { watchIdle } from './idle-watch.ts';
import { type Passage, passageOf } from './passage.ts';
import type { Record } from './record.ts';
import type { ClientSide, Exit, TargetSide } from './sides.ts';
import { Valve } from './valve.ts';
import { WindowWatch } from './window-watch.ts';

export interface SessionParts {
  readonly controller: ToController;
  readonly record: Record;
  readonly dial: Dial;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly idleMs: number;
  /** How long a session waits for a supervisor. */
  readonly superviseMs: number;
}

/** How long a closing side may take before it is torn down. */
const CLOSING_MS = 1000;
/** The same where the program ended by itself: its last output may have a slow way. A cut still comes in between. */
const DRAINING_MS = 600_000;
/** How long what a client sent may be on its way to the target after the client has closed. */
const LEAVING_MS = 10_000;
/** How often the recording's heads go into the evidence log while the session is live. */
const HEAD_EVERY_MS = 10_000;

const WAITING: Sentence = {
  zh: '本工单须有监督人在线观看：监督人打开观看后会话自动开始，请稍候。',
  en: 'this ticket is supervised: the session begins when a supervisor watches. Please wait.',
};

export class Session {
  readonly approved: ApprovedChannel;
  readonly #parts: SessionParts;
  readonly #client: ClientSide;
  readonly #ending = new AbortController();
  readonly #closed = Promise.withResolvers<void>();
  readonly #logger: Logger;
  #reason: EndReason = 'fault';
  /** What exactly was wrong, where the reason alone does not say it. */
  #detail: Sentence | undefined;
  #exit: Exit | undefined;
  /** Both directions of a forwarded connection have come to their end. */
  #bothEnded = false;
  /** Resolves when what a client sent before it left in good order has arrived: forwarded connections only. */
  #underWay: () => Promise<unknown> = async () => {};
  readonly #window: WindowWatch;
  readonly #valve: Valve;
  #recording: OpenRecording | undefined;
  #passage: Passage | undefined;
  /** Somebody cuts what is only sending its last output. */
  #hurry: () => void = () => {};

  constructor(approved: ApprovedChannel, client: ClientSide, parts: SessionParts) {
    this.approved = approved;
    this.#client = client;
    this.#parts = parts;
    this.#valve = new Valve(!approved.grant.waits);
    this.#window = new WindowWatch(parts.clock, approved.grant.remainingMs);
    this.#logger = parts.logger.with({ session: approved.session, ticket: approved.grant.ticket.number });
  }

  /**
   * Ends the session for `reason`, if nothing ended it before: when this returns, nothing more comes from the target or
   * goes there. Resolves when both sides are closed.
   */
  end(reason: EndReason): Promise<void> {
    if (!this.#ending.signal.aborted) {
      this.#reason = reason;
      this.#ending.abort(reason);
    } else this.#hurry();
    return this.#closed.promise;
  }

  /** The window ends in so much time from now on; the session goes on, and the person is told. */
  window(remainingMs: number, text: Sentence): void {
    this.#window.set(remainingMs);
    this.#client.window(remainingMs);
    if (this.#recording !== undefined) this.#notice(this.#recording, text);
  }

  /** When it returns, nothing more passes between the two sides, or it does again. */
  flow(passing: boolean, text: Sentence): void {
    this.#valve.set(passing);
    this.say(text);
  }

  /** Words of a supervisor, or about them. */
  say(text: Sentence): void {
    if (this.#recording !== undefined) this.#notice(this.#recording, text, 'always');
  }

  /** Runs the whole session; resolves after its end is with the controller, and never rejects. */
  async run(request: DialRequest): Promise<void> {
    void this.#client.closed
      .then(() => this.#underWay())
      .then(() => this.end(this.#bothEnded ? 'finished' : 'client-left'));
    let recording: OpenRecording | undefined;
    let target: TargetSide | undefined;
    try {
      recording = await this.#openRecording(request);
      await this.#parts.controller.call('session.opened', { session: this.approved.session, heads: recording.heads() });
      await this.#supervised();
      target = await this.#connect(recording, request);
      if (!this.#ending.signal.aborted) await this.#live(recording, target, request);
    } catch (error) {
      this.#fail(error);
    }
    await this.#close(recording, target);
  }

  async #openRecording(request: DialRequest): Promise<OpenRecording> {
    const recording = await this.#parts.record(this.approved, request.pty).catch((error: unknown) => {
      this.#logger.error('recording.not-opened', error);
      void this.end('recorder-failed');
      throw error;
    });
    this.#recording = recording;
    recording.failure.addEventListener('abort', () => void this.end('recorder-failed'), { once: true });
    return recording;
  }

  /** Nothing reaches the target before somebody watches, where somebody has to. */
  async #supervised(): Promise<void> {
    if (this.#valve.passing) return;
    this.say(WAITING);
    const cancel = this.#parts.clock.after(this.#parts.superviseMs, () => void this.end('unsupervised'));
    await this.#valve.opened(this.#ending.signal);
    cancel();
  }

  async #connect(recording: OpenRecording, request: DialRequest): Promise<TargetSide> {
    const signal = this.#ending.signal;
    signal.throwIfAborted();
    const { approved } = this;
    const held = () => this.#valve.opened(signal);
    const tell = (text: Sentence) => this.#notice(recording, text, 'always');
    const before = beforeOpening({ ...this.#parts, approved, signal, tell });
    const target = await this.#parts.dial(approved, recording, { ...request, held }, signal, before);
    // At once, whatever else waits for a disk or a slow client.
    signal.addEventListener('abort', () => target.destroy(), { once: true });
    return target;
  }

  async #live(recording: OpenRecording, target: TargetSide, request: DialRequest): Promise<void> {
    const { clock, controller, idleMs } = this.#parts;
    const client = this.#client;
    const { session } = this.approved;
    const signal = this.#ending.signal;
    const counts = () => this.#valve.passing;
    const idle = watchIdle(clock, idleMs, counts, () => void this.end('idle'));
    this.#window.watch({
      notice: (text) => this.#notice(recording, text),
      end: () => this.#windowOver(recording, request),
    });
    const stopHeads = clock.every(HEAD_EVERY_MS, () => {
      controller.call('session.head', { session, heads: recording.heads() }).catch((error: unknown) => {
        // No evidence, no shell. A link that has ended closes everything by itself.
        if (error instanceof Refusal) void this.end('recorder-failed');
      });
    });
    void target.closed.then(() => (this.#exit === undefined ? this.end('target-lost') : undefined));
    passControls(client, recording, target, { valve: this.#valve, signal });
    this.#passage = passageOf({
      approved: this.approved,
      request,
      client,
      target,
      recording,
      controller,
      clock,
      valve: this.#valve,
      signal,
      touch: () => idle.touch(),
      // No evidence, no files. A link that has ended closes everything by itself.
      onRefused: () => void this.end('recorder-failed'),
    });
    client.opened(session, this.#window.remainingMs());
    try {
      await this.#pass(this.#passage, target);
      if (!signal.aborted) await this.#finished(target);
    } finally {
      idle.stop();
      this.#window.stop();
      stopHeads();
    }
  }

  /** What runs may finish where the ticket says so; who sits at a terminal would only begin something else. */
  #windowOver(recording: OpenRecording, { pty }: DialRequest): void {
    const { finishMs } = this.approved.grant;
    if (finishMs === 0 || pty !== null) {
      void this.end('window-ended');
      return;
    }
    const cancel = this.#parts.clock.after(finishMs, () => void this.end('window-ended'));
    void this.#closed.promise.then(cancel);
    this.#notice(recording, finishingText(Math.round(finishMs / 60_000)), 'always');
    this.#passage?.finish(() => void this.end('window-ended'));
  }

  /** Resolves when the target has said everything, or the session was ended. */
  async #pass(passage: Passage, target: TargetSide): Promise<void> {
    const signal = this.#ending.signal;
    const input = passage.fromClient().catch((error: unknown) => this.#fail(error));
    const forwarded = this.approved.grant.kind === 'forward';
    if (forwarded) this.#underWay = () => this.#arrived(input, target);
    await passage.fromTarget();
    if (forwarded && !signal.aborted) await this.#otherDirection(input, target);
  }

  /** A program is over when it has said everything; a connection only when the other side has as well. */
  async #otherDirection(input: Promise<void>, target: TargetSide): Promise<void> {
    this.#client.outputEnded();
    const over = input.then(() => {
      this.#bothEnded = true;
    });
    await Promise.race([over, target.exit]);
  }

  /** A client that has ended its direction and closes may be ahead of what it sent. */
  async #arrived(input: Promise<void>, target: TargetSide): Promise<void> {
    if (!this.#client.input.readableEnded) return;
    const late = Promise.withResolvers<void>();
    const cancel = this.#parts.clock.after(LEAVING_MS, () => late.resolve());
    await Promise.race([input.then(() => target.exit), late.promise]);
    cancel();
  }

  async #finished(target: TargetSide): Promise<void> {
    this.#exit = await target.exit;
    void this.end(this.#exit === undefined ? 'target-lost' : 'finished');
  }

  #notice(recording: OpenRecording, text: Sentence, when?: 'always'): void {
    recording.notice(text).then(
      () => this.#client.tell(text, when),
      () => undefined,
    );
  }

  #fail(error: unknown): void {
    if (this.#ending.signal.aborted) return;
    if (error instanceof DialFailure) {
      void this.end(error.reason);
      return;
    }
    if (error instanceof CopyProblem) {
      this.#detail = error.sentence;
      void this.end('originals-not-copied');
      return;
    }
    if (error instanceof SftpProblem) {
      this.#logger.warn('session.protocol', { message: error.message });
      void this.end('protocol-error');
      return;
    }
    if (!(error instanceof Refusal)) this.#logger.error('session.fault', error);
    void this.end(error instanceof Refusal ? reasonOf(error) : 'fault');
  }

  async #close(recording: OpenRecording | undefined, target: TargetSide | undefined): Promise<void> {
    const { clock, controller } = this.#parts;
    const reason = this.#reason;
    const { status, text } = endTextOf(reason, this.#detail);
    target?.destroy();
    // Words take longer than the cut itself: with many at once, every cut comes before anybody's words.
    await nextTurn();
    if (text !== undefined) await recording?.notice(text).catch(() => undefined);
    this.#client.finish({ exit: this.#exit ?? { kind: 'status', status }, reason, text });
    let cancel = clock.after(reason === 'finished' ? DRAINING_MS : CLOSING_MS, () => this.#client.destroy());
    this.#hurry = () => {
      if (reason !== 'finished') return;
      cancel();
      cancel = clock.after(CLOSING_MS, () => this.#client.destroy());
    };
    await Promise.all([this.#client.closed, target?.closed]);
    this.#hurry = () => {};
    cancel();
    this.#closed.resolve();
    await this.#passage?.settle();
    const sealed = await recording
      ?.seal({ reason, exitStatus: statusOf(this.#exit), exitSignal: signalOf(this.#exit) })
      .catch((error: unknown) => {
        this.#logger.error('recording.not-sealed', error);
        return undefined;
      });
    await controller
      .call('session.ended', {
        session: this.approved.session,
        reason,
        exitStatus: statusOf(this.#exit),
        exitSignal: signalOf(this.#exit),
        recordedBytes: sealed?.recordedBytes ?? null,
        tracks: sealed?.tracks ?? null,
      })
      .catch(() => undefined);
  }
}

function finishingText(minutes: number): Sentence {
  return {
    zh: `维护窗口已结束，不能再开始新的操作；正在执行的可在 ${minutes} 分钟内完成。`,
    en: `the window has ended and nothing new begins; what is running may finish within ${minutes} min.`,
  };
}

function reasonOf({ code, kind }: Refusal): EndReason {
  if (code.startsWith('recorder.')) return 'recorder-failed';
  // The gate, asked again, has said no meanwhile.
  return kind === 'unavailable' ? 'fault' : 'access-changed';
}

function statusOf(exit: Exit | undefined): number | null {
  return exit?.kind === 'status' ? exit.status : null;
}

function signalOf(exit: Exit | undefined): string | null {
  return exit?.kind === 'signal' ? exit.signal : null;
}
