// What a terminal would draw of a target's output, byte by byte, without being a terminal: escape sequences are left
// out, line feeds and changes to the other screen are told. All of it is attacker-controlled; nothing is kept of it.

/** A byte of what is drawn, or what happened instead. */
export type Drawn = number | 'line-feed' | 'other-screen';

type State = 'ground' | 'escape' | 'csi' | 'string' | 'string-escape' | 'charset';

/** Of a sequence's parameters: enough to tell the other screen from the rest. */
const MOST_PARAMETERS = 16;
const OTHER_SCREEN = /^\?(?:47|1047|1049)[hl]$/;

export class DrawnText {
  #state: State = 'ground';
  #parameters = '';

  /** Undefined for a byte that draws nothing. */
  next(byte: number): Drawn | undefined {
    switch (this.#state) {
      case 'ground':
        return this.#ground(byte);
      case 'escape':
        this.#state = afterEscape(byte);
        this.#parameters = '';
        return undefined;
      case 'csi':
        return this.#csi(byte);
      case 'charset':
        this.#state = 'ground';
        return undefined;
      case 'string':
        if (byte === 0x1b) this.#state = 'string-escape';
        else if (byte === 0x07 || byte === 0x18 || byte === 0x1a) this.#state = 'ground';
        return undefined;
      case 'string-escape':
        this.#state = byte === 0x5c ? 'ground' : afterEscape(byte);
        return undefined;
    }
  }

  #ground(byte: number): Drawn | undefined {
    if (byte === 0x1b) this.#state = 'escape';
    else if (byte === 0x0a) return 'line-feed';
    else if (byte >= 0x20 && byte !== 0x7f) return byte;
    return undefined;
  }

  #csi(byte: number): Drawn | undefined {
    if (byte === 0x1b) this.#state = 'escape';
    else if (byte === 0x0a) return 'line-feed';
    if (this.#parameters.length < MOST_PARAMETERS) this.#parameters += String.fromCharCode(byte);
    if (byte < 0x40 || byte > 0x7e) return undefined;
    this.#state = 'ground';
    return OTHER_SCREEN.test(this.#parameters) ? 'other-screen' : undefined;
  }
}

/** ECMA-48 section 5: what an escape begins. */
function afterEscape(byte: number): State {
  if (byte === 0x1b) return 'escape';
  if (byte === 0x5b) return 'csi';
  // OSC, DCS, SOS, PM, APC: to ST, or BEL.
  if (byte === 0x5d || byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f) return 'string';
  return byte >= 0x20 && byte <= 0x2f ? 'charset' : 'ground';
}
