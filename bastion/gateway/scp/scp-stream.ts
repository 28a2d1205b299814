// The old protocol of scp (rcp's), heard in passing: one side is the source and says what comes, the other answers each
// word with a zero or a sentence. Nobody ever wrote it down; this is what OpenSSH's source and sink do. What does not
// fit ends the hearing, not the copying. Every byte is attacker-controlled.

/** What was heard. Names are as the source spells them, folders first. */
export type ScpEvent =
  | {
      readonly kind: 'file';
      readonly path: Buffer;
      readonly mode: number;
      readonly size: number;
      readonly times?: Times;
    }
  | { readonly kind: 'folder'; readonly path: Buffer; readonly mode: number; readonly times?: Times }
  /** The answer to the file or folder before. */
  | { readonly kind: 'taken'; readonly yes: boolean }
  | { readonly kind: 'data'; readonly bytes: Buffer }
  /** All of the file came; `whole` is false where the source says that it could not read it. */
  | { readonly kind: 'sent'; readonly whole: boolean }
  /** The sink's last word on that file. */
  | { readonly kind: 'kept'; readonly yes: boolean }
  | { readonly kind: 'not-understood'; readonly why: string };

interface Times {
  readonly accessed: number;
  readonly modified: number;
}

type State = 'line' | 'data' | 'status' | 'over';
/** What the sink owes an answer to; undefined when it owes none, and the source may speak. */
type Owed = 'start' | 'file' | 'folder' | 'word' | 'sent' | undefined;

const MOST_LINE = 8192;
const DEEPEST = 256;
const LF = 0x0a;
const SLASH = Buffer.from('/');

export class ScpStream {
  readonly #hear: (event: ScpEvent) => void;
  readonly #folders: Buffer[] = [];
  #state: State = 'line';
  #owed: Owed = 'start';
  #line = Buffer.alloc(0);
  #answer = Buffer.alloc(0);
  #left = 0;
  #size = 0;
  #folder: Buffer | undefined;
  #times: Times | undefined;

  constructor(hear: (event: ScpEvent) => void) {
    this.#hear = hear;
  }

  /** What the source says. */
  source(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0 && this.#state !== 'over') {
      if (this.#owed !== undefined) {
        this.#give('ahead');
        return;
      }
      if (this.#state === 'data') rest = this.#data(rest);
      else rest = this.#upToLine(rest);
    }
  }

  /** What the sink says. */
  sink(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0 && this.#state !== 'over') {
      if (this.#answer.length === 0 && rest[0] === 0) {
        this.#answered(true);
        rest = rest.subarray(1);
        continue;
      }
      const end = rest.indexOf(LF);
      this.#answer = Buffer.concat([this.#answer, rest.subarray(0, end < 0 ? rest.length : end + 1)]);
      if ((this.#answer[0] ?? 0) > 2 || this.#answer.length > MOST_LINE) {
        this.#give('answer');
        return;
      }
      if (end < 0) return;
      rest = rest.subarray(end + 1);
      this.#answer = Buffer.alloc(0);
      this.#answered(false);
    }
  }

  #data(bytes: Buffer): Buffer {
    const data = bytes.subarray(0, this.#left);
    this.#left -= data.length;
    if (data.length > 0) this.#hear({ kind: 'data', bytes: data });
    if (this.#left === 0) this.#state = 'status';
    return bytes.subarray(data.length);
  }

  #upToLine(bytes: Buffer): Buffer {
    // A zero by itself, after the data: all of it came.
    if (this.#state === 'status' && this.#line.length === 0 && bytes[0] === 0) {
      this.#sent(true);
      return bytes.subarray(1);
    }
    const end = bytes.indexOf(LF);
    this.#line = Buffer.concat([this.#line, bytes.subarray(0, end < 0 ? bytes.length : end)]);
    if (this.#line.length > MOST_LINE) this.#give('line');
    if (end < 0) return Buffer.alloc(0);
    const line = this.#line;
    this.#line = Buffer.alloc(0);
    if (this.#state === 'status') this.#status(line);
    else this.#word(line);
    return bytes.subarray(end + 1);
  }

  #status(line: Buffer): void {
    if (line[0] === 1 || line[0] === 2) this.#sent(false);
    else this.#give('status');
  }

  #word(line: Buffer): void {
    const text = line.toString('latin1');
    const entry = /^([CD])([0-7]{4,5}) (\d{1,15}) (.+)$/s.exec(text);
    const times = /^T(\d{1,15}) \d{1,6} (\d{1,15}) \d{1,6}$/.exec(text);
    if (entry !== null) this.#entry(entry[1] === 'D', entry[2] ?? '', Number(entry[3]), entry[4] ?? '');
    else if (times !== null) {
      this.#times = { modified: Number(times[1]), accessed: Number(times[2]) };
      this.#owed = 'word';
    } else if (text === 'E') {
      this.#owed = 'word';
      if (this.#folders.pop() === undefined) this.#give('end');
    } else if (line[0] !== 1 && line[0] !== 2) this.#give('line');
  }

  #entry(isFolder: boolean, octal: string, size: number, name: string): void {
    const own = Buffer.from(name, 'latin1');
    const path = Buffer.concat([...this.#folders.flatMap((folder) => [folder, SLASH]), own]);
    const facts = { path, mode: Number.parseInt(octal, 8), ...(this.#times && { times: this.#times }) };
    this.#times = undefined;
    this.#owed = isFolder ? 'folder' : 'file';
    this.#folder = own;
    this.#size = size;
    if (isFolder && this.#folders.length >= DEEPEST) this.#give('deep');
    else if (isFolder) this.#hear({ kind: 'folder', ...facts });
    else this.#hear({ kind: 'file', size, ...facts });
  }

  #sent(whole: boolean): void {
    this.#state = 'line';
    this.#owed = 'sent';
    this.#hear({ kind: 'sent', whole });
  }

  #answered(yes: boolean): void {
    const owed = this.#owed;
    this.#owed = undefined;
    if (owed === undefined) {
      this.#give('answer');
      return;
    }
    if (owed === 'sent') this.#hear({ kind: 'kept', yes });
    if (owed !== 'file' && owed !== 'folder') return;
    this.#hear({ kind: 'taken', yes });
    // What is not taken is left out: the source goes on with what comes after it.
    if (!yes) return;
    if (owed === 'folder') this.#folders.push(this.#folder ?? Buffer.alloc(0));
    else {
      this.#left = this.#size;
      this.#state = this.#size === 0 ? 'status' : 'data';
    }
  }

  #give(why: string): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#hear({ kind: 'not-understood', why: `scp-${why}` });
  }
}
