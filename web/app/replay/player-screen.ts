// The emulator of the player. It only ever receives: its answers to a target's questions go nowhere (onData is never
// connected). Seeking back means starting over and writing everything up to that moment in one batch.

import type { Encoding } from '../../contract/record-requests.ts';
import { EscapeFilter, newTerminal, type Terminal } from '../emulator/screen.ts';
import { eventsUntil, type Timeline } from './timeline.ts';
import { Transcoder } from './transcoder.ts';

const RED = '\x1b[31m';
const DEFAULT = '\x1b[39m';

export class PlayerScreen {
  readonly #terminal: Terminal;
  readonly #encoding: Encoding;
  #filter = new EscapeFilter();
  #output: Transcoder;
  #errors: Transcoder;
  #shown = 0;
  /** Where the events that are shown begin. */
  #start: Timeline['start'];
  #size: { readonly columns: number; readonly rows: number };

  constructor(place: HTMLElement, timeline: Timeline, how: { bareLineFeeds: boolean; encoding: Encoding }) {
    const { bareLineFeeds, encoding } = how;
    this.#encoding = encoding;
    this.#output = new Transcoder(encoding);
    this.#errors = new Transcoder(encoding);
    this.#size = { columns: timeline.columns, rows: timeline.rows };
    this.#terminal = newTerminal({ ...this.#size, bareLineFeeds, readOnly: true });
    this.#terminal.open(place);
    this.#begin(timeline);
  }

  /** Shows the screen as it was at that moment. */
  show(timeline: Timeline, at: number): void {
    const until = eventsUntil(timeline.events, at);
    if (until < this.#shown || timeline.start !== this.#start) this.#startOver(timeline);
    let batch: string[] = [];
    for (const event of timeline.events.slice(this.#shown, until)) {
      if (event.kind === 'output') batch.push(this.#filter.push(this.#output.push(event.bytes)));
      else if (event.kind === 'error-output') {
        batch.push(RED, this.#filter.push(this.#errors.push(event.bytes)), DEFAULT);
      } else if (event.kind === 'resize') {
        // In order with the bytes around it: the callback runs before the next batch is parsed.
        this.#terminal.write(batch.join(''), () => this.#terminal.resize(event.columns, event.rows));
        batch = [];
      }
    }
    if (batch.length > 0) this.#terminal.write(batch.join(''));
    this.#shown = until;
  }

  dispose(): void {
    this.#terminal.dispose();
  }

  #startOver(timeline: Timeline): void {
    this.#filter = new EscapeFilter();
    this.#output = new Transcoder(this.#encoding);
    this.#errors = new Transcoder(this.#encoding);
    this.#shown = 0;
    this.#size = { columns: timeline.columns, rows: timeline.rows };
    // Through the queue as well: what was written before the jump may not have been parsed yet.
    this.#terminal.write('', () => {
      this.#terminal.reset();
      this.#terminal.resize(this.#size.columns, this.#size.rows);
    });
    this.#begin(timeline);
  }

  /** The screen of the key frame, and what of a sequence had come by then. */
  #begin({ start }: Timeline): void {
    this.#start = start;
    if (start !== undefined) this.#terminal.write(this.#filter.push(start.bytes));
  }
}
