// A refusal is an expected "no": a stable documented code and a sentence in both languages that is safe to show.
// Whatever is thrown that is not a Refusal is a fault; the edges log it and show a reference number.

export type Sentence = { readonly zh: string; readonly en: string };

/** What kind of no it is; each edge translates it once (HTTP status, SSH message, exit code). */
export type RefusalKind =
  | 'invalid' // the input is malformed or breaks a rule; saying it again the same way is useless
  | 'unauthenticated' // nobody is signed in, or a factor failed
  | 'forbidden' // signed in, understood, not allowed
  | 'absent' // does not exist, or is not yours: the two look the same
  | 'conflict' // somebody or something else changed it meanwhile
  | 'throttled' // too many attempts
  | 'unavailable'; // a part that must work does not: fail closed

export class Refusal extends Error {
  readonly code: string;
  readonly kind: RefusalKind;
  readonly sentence: Sentence;

  constructor(code: string, kind: RefusalKind, sentence: Sentence) {
    super(`${code}: ${sentence.en}`);
    this.name = 'Refusal';
    this.code = code;
    this.kind = kind;
    this.sentence = sentence;
  }
}

/** Declares one refusal beside the rule that gives it: `throw notInWindow({ opens })`. */
export function defineRefusal<P = void>(
  code: string,
  kind: RefusalKind,
  sentence: (parameters: P) => Sentence,
): (parameters: P) => Refusal {
  return (parameters) => new Refusal(code, kind, sentence(parameters));
}
