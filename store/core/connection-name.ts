// The user name of an SSH connection: `account`, `account+target`, or `account+login+target`; none of the three holds a
// plus sign. The controller shows such names, the gateway reads them. Attacker-controlled; it selects, it grants nothing.

export interface ConnectionName {
  readonly account: string;
  /** The login on the target; null when one choice is enough. */
  readonly login: string | null;
  /** The target's name; null when only one is open. */
  readonly target: string | null;
}

const LONGEST = 256;
/** Controls, and what hides or reorders the text beside it. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** Undefined when it has none of the three forms. */
export function parseConnectionName(text: string): ConnectionName | undefined {
  if (text.length > LONGEST || HIDDEN.test(text)) return undefined;
  const parts = text.normalize('NFC').split('+');
  if (parts.some((part) => part === '')) return undefined;
  const [account, second, third] = parts;
  if (account === undefined || parts.length > 3) return undefined;
  if (second === undefined) return { account, login: null, target: null };
  return third === undefined ? { account, login: null, target: second } : { account, login: second, target: third };
}

export function connectionName(account: string, login: string, target: string): string {
  return `${account}+${login}+${target}`;
}
