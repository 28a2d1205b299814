// A pinned host key as text, `algorithm base64`, and as bytes. The algorithm inside the blob is what counts.

export interface HostKey {
  readonly algorithm: string;
  readonly blob: Buffer;
}

/** Throws when the line is not a key whose inner and outer algorithm agree. */
export function parseHostKey(line: string): HostKey {
  const [algorithm, base64] = line.split(' ');
  const blob = Buffer.from(base64 ?? '', 'base64');
  if (algorithm === undefined || innerAlgorithm(blob) !== algorithm) {
    throw new TypeError('expected a host key as "algorithm base64", got something else');
  }
  return { algorithm, blob };
}

export function formatHostKey(blob: Buffer): string {
  return `${innerAlgorithm(blob)} ${blob.toString('base64')}`;
}

// RFC 4253 section 6.6: a key blob begins with its algorithm as an SSH string.
function innerAlgorithm(blob: Buffer): string | undefined {
  if (blob.length < 4) return undefined;
  const length = blob.readUInt32BE(0);
  return length > 0 && length <= 64 && blob.length >= 4 + length ? blob.toString('latin1', 4, 4 + length) : undefined;
}
