// The user name of an SSH connection: `account`, `account+target`, or `account+login+target`.
// Attacker-controlled; it only selects, it grants nothing.

export interface ConnectionName {
  readonly account: string;
  readonly login: string | null;
  readonly target: string | null;
}

const LONGEST = 256;

/** Undefined when it has none of the three forms. */
export function parseConnectionName(text: string): ConnectionName | undefined {
  const parts = text.length > LONGEST ? [] : text.normalize('NFC').split('+');
  if (parts.some((part) => part === '')) return undefined;
  const [account, second, third] = parts;
  if (account === undefined || parts.length > 3) return undefined;
  if (second === undefined) return { account, login: null, target: null };
  return third === undefined ? { account, login: null, target: second } : { account, login: second, target: third };
}

export function connectionName(account: string, login: string, target: string): string {
  return `${account}+${login}+${target}`;
}
