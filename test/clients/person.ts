// A person at a terminal with OpenSSH: what they type, and what stands on their screen.

import headless from '@xterm/headless';
import { PLAIN } from '../support/openssh.ts';
import { type OnTerminal, startOnTerminal } from '../support/terminal-program.ts';

const SIZE = { columns: 90, rows: 28 };

export class Person {
  readonly #program: OnTerminal;
  readonly #screen = new headless.Terminal({ cols: SIZE.columns, rows: SIZE.rows, allowProposedApi: true });
  #typed = '';

  constructor(args: readonly string[], home: string) {
    const all = [...PLAIN, '-e', 'none', '-tt', ...args];
    this.#program = startOnTerminal('/usr/bin/ssh', all, { ...SIZE, env: { HOME: home } });
    this.#program.onDrawn((bytes) => this.#screen.write(bytes));
    // tmux and vim ask the terminal what it is, and it answers.
    this.#screen.onData((answer) => this.type(answer));
  }

  type(text: string): void {
    this.#typed += text;
    this.#program.type(text);
  }

  /** From that row on: what can be read, how each cell looks, and where the cursor is. */
  look(from = 0) {
    const { active } = this.#screen.buffer;
    const lines = Array.from({ length: SIZE.rows - from }, (_, row) => active.getLine(active.baseY + from + row));
    const cells = lines.flatMap((line) => Array.from({ length: SIZE.columns }, (_, column) => line?.getCell(column)));
    const looks = cells.map((cell) =>
      [cell?.getFgColor(), cell?.getBgColor(), cell?.isBold(), cell?.isInverse(), cell?.isUnderline()].join(),
    );
    const text = lines.map((line) => line?.translateToString(true)).join('\n');
    return { text, looks: looks.join(' '), cursor: [active.type, active.cursorX, active.cursorY] };
  }

  /** Once the program has ended: its status, all that was drawn, and all that was typed. */
  async leave() {
    return { ...(await this.#program.ended), typed: this.#typed };
  }
}
