// Who is trusted to have seen the log: a policy file as in C2SP tlog-policy. The same file tells the controller whom to
// ask and, elsewhere, an offline verifier what to ask for.
//
//   log VKEY [URL]      witness NAME VKEY [URL]      group NAME all|any|K NAME…      quorum NAME|none

import { parseVerifierKey, type VerifierKey } from '../signed-note.ts';
import { parseWitnessKey } from './cosignature.ts';

export interface PolicyLog {
  readonly key: VerifierKey;
  readonly verifierKey: string;
}

export interface PolicyWitness {
  /** What the policy calls it. */
  readonly name: string;
  readonly key: VerifierKey;
  readonly verifierKey: string;
  /** Where it is asked; null: its answers are carried by hand. */
  readonly url: string | null;
}

interface Group {
  readonly name: string;
  readonly least: number;
  readonly members: readonly string[];
}

export interface TrustPolicy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  readonly groups: readonly Group[];
  /** Null: no cosignature is asked for. */
  readonly quorum: string | null;
}

/** What is wrong, and in which line, from 1. */
export interface PolicyProblem {
  readonly line: number;
  readonly expected: string;
}

const MOST_LINES = 1000;

export function parsePolicy(text: string): TrustPolicy | PolicyProblem {
  const reader = new PolicyReader();
  const lines = text.split('\n');
  if (lines.length > MOST_LINES) return { line: MOST_LINES, expected: `at most ${MOST_LINES} lines` };
  for (const [nth, line] of lines.entries()) {
    const words = line.split(/[ \t]+/).filter((word) => word !== '');
    if (words.length === 0 || words[0]?.startsWith('#') === true) continue;
    const expected = reader.read(words);
    if (expected !== undefined) return { line: nth + 1, expected };
  }
  return reader.policy() ?? { line: lines.length, expected: 'a line "quorum NAME" or "quorum none"' };
}

/** Whether these witnesses, by the policy's names, are enough. */
export function meetsQuorum({ groups, quorum }: TrustPolicy, cosigned: ReadonlySet<string>): boolean {
  const met = new Set(cosigned);
  // A group names only what stands before it.
  for (const { name, least, members } of groups) {
    if (members.filter((member) => met.has(member)).length >= least) met.add(name);
  }
  return quorum === null || met.has(quorum);
}

/**
 * How many leaves are covered by enough witnesses: `sizes` is the largest size each has cosigned, all of them checked to
 * be of one history, so that a witness of a later checkpoint is one of every earlier.
 */
export function coveredSize(policy: TrustPolicy, sizes: ReadonlyMap<string, number>): number {
  const largest = [...new Set(sizes.values())].sort((a, b) => b - a);
  const covers = (size: number): boolean =>
    meetsQuorum(policy, new Set([...sizes].filter(([, cosigned]) => cosigned >= size).map(([name]) => name)));
  return policy.quorum === null ? 0 : (largest.find(covers) ?? 0);
}

class PolicyReader {
  readonly #logs: PolicyLog[] = [];
  readonly #witnesses: PolicyWitness[] = [];
  readonly #groups: Group[] = [];
  readonly #members = new Set<string>();
  #quorum: string | null | undefined;

  policy(): TrustPolicy | undefined {
    const [logs, witnesses, groups, quorum] = [this.#logs, this.#witnesses, this.#groups, this.#quorum];
    return quorum === undefined ? undefined : { logs, witnesses, groups, quorum };
  }

  /** What was expected instead; undefined when the line was understood. */
  read([word, ...rest]: readonly string[]): string | undefined {
    if (word === 'log') return this.#log(rest);
    if (word === 'witness') return this.#witness(rest);
    if (word === 'group') return this.#group(rest);
    if (word === 'quorum') return this.#readQuorum(rest);
    return 'log, witness, group or quorum';
  }

  #log([verifierKey = '', url, ...more]: readonly string[]): string | undefined {
    const key = parseVerifierKey(verifierKey);
    if (key === undefined) return "the verifier key of a log, 'name+id+key'";
    if (more.length > 0 || (url !== undefined && !isUrl(url))) return 'a URL with http or https, and nothing after it';
    if (this.#logs.some((log) => same(log.key, key))) return 'each log once';
    this.#logs.push({ key, verifierKey });
    return undefined;
  }

  #witness([name = '', verifierKey = '', url, ...more]: readonly string[]): string | undefined {
    const key = parseWitnessKey(verifierKey);
    if (!this.#isFree(name)) return 'a name that is not taken';
    if (key === undefined) return "the verifier key of a witness, 'name+id+key'";
    if (more.length > 0 || (url !== undefined && !isUrl(url))) return 'a URL with http or https, and nothing after it';
    if (this.#witnesses.some((witness) => same(witness.key, key))) return 'each witness once';
    this.#witnesses.push({ name, key, verifierKey, url: url?.replace(/\/+$/, '') ?? null });
    return undefined;
  }

  #group([name = '', count = '', ...members]: readonly string[]): string | undefined {
    if (!this.#isFree(name)) return 'a name that is not taken';
    if (members.length === 0) return 'at least one member';
    for (const member of members) {
      if (!this.#isKnown(member)) return `a witness or group defined above, got ${member}`;
      if (this.#members.has(member)) return `each name in one group at most, got ${member} again`;
      this.#members.add(member);
    }
    const least =
      count === 'any' ? 1 : count === 'all' ? members.length : /^[1-9]\d{0,3}$/.test(count) ? Number(count) : 0;
    if (least < 1 || least > members.length) return `all, any or a number from 1 to ${members.length}`;
    this.#groups.push({ name, least, members });
    return undefined;
  }

  #readQuorum([name = '', ...more]: readonly string[]): string | undefined {
    if (this.#quorum !== undefined) return 'one quorum';
    if (more.length > 0 || !(name === 'none' || this.#isKnown(name)))
      return 'none, or a witness or group defined above';
    this.#quorum = name === 'none' ? null : name;
    return undefined;
  }

  #isKnown(name: string): boolean {
    return [...this.#witnesses, ...this.#groups].some((each) => each.name === name);
  }

  #isFree(name: string): boolean {
    return name !== '' && name !== 'none' && !this.#isKnown(name);
  }
}

function same(a: VerifierKey, b: VerifierKey): boolean {
  return a.publicKey.equals(b.publicKey);
}

function isUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
