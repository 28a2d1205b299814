// The web terminals of this link: which browser each one is shown in.

import type { Clock } from '../../store/core/clock.ts';
import { newId, type TerminalId } from '../../store/core/ids.ts';
import type { Sentence } from '../../store/core/refusal.ts';
import type { TerminalBrowser } from '../../web/terminal-gateway.ts';

type End = Parameters<TerminalBrowser['ended']>[0];

interface Shown {
  readonly browser: TerminalBrowser;
  readonly onEnd: () => void;
}

const GATEWAY_LOST: Sentence = {
  zh: '网关已停止，终端已关闭。窗口内可以重新打开。',
  en: 'the gateway stopped and the terminal is closed. You may open another within the window.',
};

export class Terminals {
  readonly #clock: Clock;
  readonly #shown = new Map<string, Shown>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(browser: TerminalBrowser, onEnd: () => void): TerminalId {
    const id = newId('trm');
    this.#shown.set(id, { browser, onEnd });
    return id;
  }

  /** Undefined when the browser is gone: the bytes have nowhere to go, and the session is ending. */
  browser(id: string): TerminalBrowser | undefined {
    return this.#shown.get(id)?.browser;
  }

  opened(id: string, session: string, remainingMs: number): void {
    // The gateway counts in fractions of a millisecond; a time of day is whole.
    this.browser(id)?.opened(session, Math.round(this.#clock.now() + remainingMs));
  }

  window(id: string, remainingMs: number): void {
    this.browser(id)?.window(Math.round(this.#clock.now() + remainingMs));
  }

  ended(id: string, end: End): void {
    const shown = this.#shown.get(id);
    this.#shown.delete(id);
    shown?.browser.ended(end);
    shown?.onEnd();
  }

  endAll(): void {
    for (const id of [...this.#shown.keys()]) {
      this.ended(id, { reason: 'gateway-lost', text: GATEWAY_LOST, exitStatus: null });
    }
  }
}
