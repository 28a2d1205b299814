// Passwords: Argon2id (RFC 9106) in PHC strings. Verifying takes the same work whether or not there is a hash, and at
// most a few run at once, so that sign-in attempts cannot take all memory.
//
// Cost: 64 MiB, 2 passes, 1 lane: 115 to 130 ms on the 2-core machine this was measured on, the same for names that do
// not exist (19 MiB/2/1, the least that OWASP accepts: 39 ms).

import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { defineRefusal } from '../../store/core/refusal.ts';

export interface PasswordCost {
  readonly memoryKiB: number;
  readonly passes: number;
}

export const PASSWORD_COST: PasswordCost = { memoryKiB: 65_536, passes: 2 };

export interface Passwords {
  hash(password: string): Promise<string>;
  /** With null, does the same work and answers false. */
  verify(password: string, phc: string | null): Promise<boolean>;
}

export const loginBusy = defineRefusal('login.busy', 'unavailable', () => ({
  zh: '登录繁忙，请稍后再试',
  en: 'too many people are signing in at once; try again shortly',
}));

const AT_ONCE = 2;
const WAITING = 64;
const SALT = 16;
const TAG = 32;
export const LONGEST_PASSWORD = 256;

export function createPasswords(cost: PasswordCost = PASSWORD_COST): Passwords {
  const limited = atMost(AT_ONCE, WAITING);
  // Never computed from any password, so nothing matches it; it only has to cost the same.
  const nobody = phcString({ ...cost, salt: randomBytes(SALT), tag: randomBytes(TAG) });
  return {
    hash: (password) =>
      limited(async () => {
        const salt = randomBytes(SALT);
        return phcString({ ...cost, salt, tag: await derive(password, { ...cost, salt }) });
      }),
    async verify(password, phc) {
      const parameters = parsePhc(phc ?? nobody);
      // Attacker-controlled length: the excess is never hashed, and such a password was never accepted.
      const bounded = password.slice(0, LONGEST_PASSWORD);
      const tag = await limited(() => derive(bounded, parameters));
      return timingSafeEqual(tag, parameters.tag) && phc !== null && bounded === password;
    },
  };
}

interface Phc extends PasswordCost {
  readonly salt: Buffer;
  readonly tag: Buffer;
}

const argon2Async = promisify(argon2);

function derive(password: string, { memoryKiB, passes, salt }: PasswordCost & { salt: Buffer }): Promise<Buffer> {
  const message = Buffer.from(password.normalize('NFC'), 'utf8');
  return argon2Async('argon2id', { message, nonce: salt, parallelism: 1, tagLength: TAG, memory: memoryKiB, passes });
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

function phcString({ memoryKiB, passes, salt, tag }: Phc): string {
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=1$${unpadded(salt)}$${unpadded(tag)}`;
}

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=1\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

function parsePhc(text: string): Phc {
  const [, memory, passes, salt, tag] = PHC.exec(text) ?? [];
  if (memory === undefined || passes === undefined || salt === undefined || tag === undefined) {
    throw new Error('expected an argon2id PHC string');
  }
  return {
    memoryKiB: Number(memory),
    passes: Number(passes),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}

/** Runs at most `running` works at once and lets `waiting` more wait; beyond that throws `login.busy`. */
function atMost(running: number, waiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  let active = 0;
  const queue: (() => void)[] = [];
  return async (work) => {
    if (active >= running) {
      if (queue.length >= waiting) throw loginBusy();
      await new Promise<void>((resolve) => queue.push(resolve));
    } else active += 1;
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) active -= 1;
      else next();
    }
  };
}
