// A decision about many things that is the same for all with the same key: made once for each key, and forgotten with
// the list it was made for.

export function decidedOnce<T>(keyOf: (thing: T) => string, decide: (thing: T) => boolean): (thing: T) => boolean {
  const decided = new Map<string, boolean>();
  return (thing) => {
    const key = keyOf(thing);
    const known = decided.get(key);
    if (known !== undefined) return known;
    const answer = decide(thing);
    decided.set(key, answer);
    return answer;
  };
}
