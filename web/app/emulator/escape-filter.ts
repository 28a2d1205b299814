// What stands between bytes from a target and the emulator. Attacker-controlled: 13 bytes, `CSI 2147483647 S`, keep
// xterm busy for minutes. Repeat counts are clamped and control strings (OSC, DCS, SOS, PM, APC) are cut to a length;
// everything else passes unchanged. Only what is shown is filtered, never what is recorded.

/** No screen has more rows or columns (the contract says 1000), so a larger count means the same. */
const MOST_REPEATS = 1000;
const LONGEST_STRING = 4096;
const LONGEST_CSI = 256;

const ESC = 0x1b;
const BEL = 0x07;
const CAN = 0x18;
const SUB = 0x1a;

type State = 'ground' | 'escape' | 'csi' | 'string';

/** One per stream: sequences may be split anywhere between chunks. */
export class EscapeFilter {
  #state: State = 'ground';
  #csi: number[] = [];
  #stringLength = 0;
  #out: number[] = [];
  /** 0xC2 begins the UTF-8 form of the C1 controls; it waits for the byte after it. */
  #lead = false;

  push(bytes: Uint8Array): Uint8Array {
    this.#out = [];
    for (const byte of bytes) this.#byte(byte);
    return Uint8Array.from(this.#out);
  }

  #byte(byte: number): void {
    if (this.#lead) {
      this.#lead = false;
      if (byte >= 0x80 && byte <= 0x9f) {
        this.#c1(byte);
        return;
      }
      this.#plain(0xc2);
    }
    if (byte === 0xc2) this.#lead = true;
    else this.#plain(byte);
  }

  #plain(byte: number): void {
    if (byte === ESC) this.#escape();
    else if (byte === CAN || byte === SUB) this.#abort(byte);
    else if (this.#state === 'ground') this.#out.push(byte);
    else if (this.#state === 'escape') this.#afterEscape(byte);
    else if (this.#state === 'csi') this.#inCsi(byte);
    else this.#inString(byte);
  }

  /** ESC ends whatever was running; the byte after it says what begins. */
  #escape(): void {
    this.#csi = [];
    this.#state = 'escape';
    this.#out.push(ESC);
  }

  #abort(byte: number): void {
    this.#csi = [];
    this.#state = 'ground';
    this.#out.push(byte);
  }

  #afterEscape(byte: number): void {
    if (byte === 0x5b) {
      // The ESC is out already; a sequence that never ends leaves it alone, which is harmless.
      this.#state = 'csi';
      this.#csi = [];
      return;
    }
    this.#out.push(byte);
    if (isStringOpener(byte)) this.#beginString();
    // C0 controls and intermediates leave the emulator inside the escape; a final byte ends it.
    else if (byte >= 0x30) this.#state = 'ground';
  }

  #inCsi(byte: number): void {
    if (byte < 0x20) {
      this.#execute(byte);
    } else if (byte >= 0x40 && byte <= 0x7e) {
      this.#out.push(0x5b, ...clamped(this.#csi, byte), byte);
      this.#abandon();
    } else if (byte > 0x7e || this.#csi.length >= LONGEST_CSI) {
      this.#out.push(CAN);
      this.#abandon();
    } else {
      this.#csi.push(byte);
    }
  }

  /** Controls inside a sequence run at once, before it. The ESC that is already out must be repeated after them. */
  #execute(byte: number): void {
    this.#out.push(CAN, byte, ESC);
  }

  #abandon(): void {
    this.#csi = [];
    this.#state = 'ground';
  }

  #beginString(): void {
    this.#state = 'string';
    this.#stringLength = 0;
  }

  #inString(byte: number): void {
    if (byte === BEL) {
      this.#abort(byte);
      return;
    }
    this.#stringLength += 1;
    if (this.#stringLength <= LONGEST_STRING) this.#out.push(byte);
  }

  /** C1 controls as UTF-8, turned into their two-byte form, which every emulator reads alike. */
  #c1(byte: number): void {
    this.#escape();
    this.#afterEscape(byte - 0x40);
  }
}

function isStringOpener(byte: number): boolean {
  return byte === 0x5d || byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f;
}

/** Parameters with counts cut down. Modes, colours, reports and private sequences carry names, not counts. */
function clamped(parameters: readonly number[], final: number): number[] {
  const text = String.fromCharCode(...parameters);
  if (/^[<-?]/.test(text) || 'hlmnct'.includes(String.fromCharCode(final))) return [...parameters];
  const safe = text.replace(/\d+/g, (digits) => (Number(digits) > MOST_REPEATS ? String(MOST_REPEATS) : digits));
  return [...safe].map((character) => character.charCodeAt(0));
}
