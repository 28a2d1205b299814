// What was printed, without what only moved or coloured it: lines of text, cheap to get and never wrong about the next
// line. This is no terminal: what was positioned on a screen comes as the pieces in which it was printed, and only the
// line being written can be corrected, as shells do while somebody types.
//
// Hostile output is its ordinary input. It keeps one line and one unfinished sequence, both bounded; a sequence that
// does not end stops hiding what follows.

type State = 'ground' | 'escape' | 'escape-more' | 'csi' | 'string' | 'string-escape';

/** A line longer than this comes in pieces. */
const MOST_LINE = 4096;
const MOST_SEQUENCE = 4096;
const PLAIN = /[^\p{Cc}]+/uy;
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

export class PrintedText {
  #state: State = 'ground';
  /** Of the sequence being read: its length, and the parameters where it is a CSI. */
  #length = 0;
  #parameters = '';
  #line = '';
  /** Where the next character goes, in `#line`. */
  #at = 0;
  /** One of the two columns of the character before `#at` was stepped back over. */
  #half = false;
  #afterReturn = false;
  #done = '';

  /** The lines that ended, each with its newline; a long one without. */
  push(text: string): string {
    for (let at = 0; at < text.length; )
      at = this.#state === 'ground' ? this.#ground(text, at) : this.#inside(text, at);
    return this.#take();
  }

  /** The line that had not ended. */
  end(): string {
    this.#done += this.#line.trimEnd();
    this.#line = '';
    this.#at = 0;
    return this.#take();
  }

  #take(): string {
    const done = this.#done;
    this.#done = '';
    return done;
  }

  #ground(text: string, at: number): number {
    PLAIN.lastIndex = at;
    const run = PLAIN.exec(text)?.[0];
    if (run === undefined) {
      this.#control(text.charCodeAt(at));
      return at + 1;
    }
    this.#settleReturn();
    this.#print(run);
    return at + run.length;
  }

  #print(run: string): void {
    this.#half = false;
    const behind = this.#line.slice(this.#at + run.length);
    this.#line = this.#line.slice(0, this.#at) + run + behind;
    this.#at += run.length;
    if (this.#line.length < MOST_LINE) return;
    this.#done += this.#line;
    this.#line = '';
    this.#at = 0;
  }

  #control(code: number): void {
    const returned = this.#afterReturn;
    if (code !== 0x0a) this.#settleReturn();
    switch (code) {
      case 0x08:
        this.#back();
        return;
      case 0x09:
        this.#print('\t');
        return;
      case 0x0a:
      case 0x0b:
      case 0x0c:
      case 0x85:
        if (returned) this.#afterReturn = false;
        this.#newline();
        return;
      case 0x0d:
        this.#afterReturn = true;
        return;
      case 0x1b:
        this.#enter('escape');
        return;
      case 0x90:
      case 0x98:
      case 0x9d:
      case 0x9e:
      case 0x9f:
        this.#enter('string');
        return;
      case 0x9b:
        this.#enter('csi');
        return;
    }
  }

  /** A return that no newline follows: what comes next overwrites the line, and both are kept. */
  #settleReturn(): void {
    if (!this.#afterReturn) return;
    this.#afterReturn = false;
    this.#newline();
  }

  #newline(): void {
    const line = this.#line.trimEnd();
    this.#line = '';
    this.#at = 0;
    this.#half = false;
    this.#done += `${line}\n`;
  }

  #enter(state: State): void {
    this.#state = state;
    this.#length = 0;
    this.#parameters = '';
  }

  #inside(text: string, at: number): number {
    const code = text.charCodeAt(at);
    this.#length += 1;
    // CAN and SUB end every sequence; one that goes on for ever is none.
    if (code === 0x18 || code === 0x1a || this.#length > MOST_SEQUENCE) {
      this.#state = 'ground';
      return at + 1;
    }
    if (this.#state === 'string' || this.#state === 'string-escape') this.#string(code);
    else if (code === 0x1b) this.#enter('escape');
    // Controls inside a sequence act at once.
    else if (code < 0x20) this.#controlInside(code);
    else if (this.#state === 'csi') this.#csi(code);
    else this.#escape(code);
    return at + 1;
  }

  #controlInside(code: number): void {
    const { state, length, parameters } = { state: this.#state, length: this.#length, parameters: this.#parameters };
    this.#control(code);
    this.#state = state;
    this.#length = length;
    this.#parameters = parameters;
  }

  #string(code: number): void {
    if (code === 0x07 || code === 0x9c) this.#state = 'ground';
    else if (code === 0x1b) this.#state = 'string-escape';
    else if (this.#state === 'string-escape') {
      // ESC \ ends it; any other ESC ends it too, and begins a sequence of its own.
      if (code === 0x5c) this.#state = 'ground';
      else {
        this.#enter('escape');
        this.#escape(code);
      }
    }
  }

  #escape(code: number): void {
    if (code <= 0x2f) this.#state = 'escape-more';
    else if (this.#state === 'escape-more') this.#state = 'ground';
    else if (code === 0x5b) this.#enter('csi');
    else if (code === 0x5d || code === 0x50 || code === 0x58 || code === 0x5e || code === 0x5f) this.#enter('string');
    else {
      this.#state = 'ground';
      // Next line, index, reverse index, reset.
      if (code === 0x45 || code === 0x44 || code === 0x4d || code === 0x63) this.#breakLine();
    }
  }

  #csi(code: number): void {
    if (code < 0x40) {
      this.#parameters += String.fromCharCode(code);
      return;
    }
    this.#state = 'ground';
    this.#settleReturn();
    const count = Math.min(Math.max(1, Number.parseInt(this.#parameters, 10) || 1), MOST_LINE);
    switch (String.fromCharCode(code)) {
      case 'C':
        this.#right(count);
        return;
      case 'D':
        for (let nth = 0; nth < count; nth += 1) this.#back();
        return;
      case 'J':
        if (!/^0?$/.test(this.#parameters)) {
          this.#breakLine();
          return;
        }
        this.#line = this.#line.slice(0, this.#at);
        return;
      case 'K':
        if (/^0?$/.test(this.#parameters)) this.#line = this.#line.slice(0, this.#at);
        return;
      case 'P':
        this.#line = this.#line.slice(0, this.#at) + this.#line.slice(this.#at + count);
        return;
      case '@':
        this.#line = this.#line.slice(0, this.#at) + ' '.repeat(count) + this.#line.slice(this.#at);
        return;
      // Somewhere else on the screen: other text.
      case 'A':
      case 'B':
      case 'E':
      case 'F':
      case 'G':
      case 'H':
      case 'd':
      case 'f':
        this.#breakLine();
        return;
    }
  }

  #breakLine(): void {
    if (this.#line !== '') this.#newline();
  }

  #right(count: number): void {
    const within = Math.min(count, this.#line.length - this.#at);
    this.#at += within;
    if (within < count) this.#print(' '.repeat(count - within));
  }

  #back(): void {
    if (this.#at === 0) return;
    const low = this.#line.charCodeAt(this.#at - 1);
    const step = low >= 0xdc00 && low <= 0xdfff ? 2 : 1;
    const wide = step === 2 || WIDE.test(this.#line.charAt(this.#at - 1));
    if (wide && !this.#half) {
      this.#half = true;
      return;
    }
    this.#half = false;
    this.#at = Math.max(0, this.#at - step);
  }
}
