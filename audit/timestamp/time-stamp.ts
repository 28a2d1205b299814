// RFC 3161: asking for the time of a hash, and checking the token that comes back. A token is a CMS SignedData over the
// hash and the time, by a certificate that is for timestamps only.

import { hash, verify, X509Certificate } from 'node:crypto';
import { contentOf, type Der, DerProblem, inside, oidOf, readDer, TAG, writeDer, writeOid } from './der.ts';

const OID = {
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1',
  timeStamping: '1.3.6.1.5.5.7.3.8',
} as const;

const DIGESTS: Readonly<Record<string, string>> = {
  [OID.sha256]: 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

export const QUERY_TYPE = 'application/timestamp-query';
export const REPLY_TYPE = 'application/timestamp-reply';

/** What a token says, once its signature holds. */
export interface TimeStamp {
  /** SHA-256 of what was stamped. */
  readonly imprint: Buffer;
  /** Milliseconds since 1970, by the authority's clock. */
  readonly at: number;
  readonly nonce: Buffer | undefined;
  readonly signer: X509Certificate;
  /** The others that came along. */
  readonly certificates: readonly X509Certificate[];
}

/** Asks for the certificate, too. `nonce`: the bytes of a positive integer. */
export function timeStampQuery(imprint: Buffer, nonce: Buffer): Buffer {
  const algorithm = writeDer(TAG.sequence, writeOid(OID.sha256), writeDer(TAG.null));
  return writeDer(
    TAG.sequence,
    writeDer(TAG.integer, Buffer.of(1)),
    writeDer(TAG.sequence, algorithm, writeDer(TAG.octets, imprint)),
    writeDer(TAG.integer, nonce),
    writeDer(TAG.boolean, Buffer.of(0xff)),
  );
}

/** The token in a reply; a sentence where the authority said no. Throws a DerProblem where it is no reply. */
export function tokenOf(reply: Buffer): Buffer | string {
  const [info, token] = inside(readDer(reply), TAG.sequence);
  const [status] = inside(info, TAG.sequence);
  const code = contentOf(status, TAG.integer).readIntBE(0, Math.min(6, contentOf(status, TAG.integer).length));
  // 0 granted, 1 granted with modifications.
  if (code !== 0 && code !== 1) return `the timestamp authority refused with status ${code}`;
  if (token === undefined) return 'the timestamp authority granted, and sent no token';
  return token.whole;
}

/** Throws a DerProblem where it is no token, or its signature does not hold. Whose it is, is another question. */
export function openToken(token: Buffer): TimeStamp {
  const [type, wrapped] = inside(readDer(token), TAG.sequence);
  expectOid(type, OID.signedData);
  const [signedData] = inside(wrapped, TAG.context(0));
  const [, , content, ...rest] = inside(signedData, TAG.sequence);
  const [contentType, eContent] = inside(content, TAG.sequence);
  expectOid(contentType, OID.tstInfo);
  const info = contentOf(inside(eContent, TAG.context(0))[0], TAG.octets);
  const certificates = inside(
    rest.find(({ tag }) => tag === TAG.context(0)),
    TAG.context(0),
  ).map(({ whole }) => new X509Certificate(whole));
  const signers = inside(rest.at(-1), TAG.set);
  const [signerInfo, ...more] = signers;
  if (signerInfo === undefined || more.length > 0) throw new DerProblem('expected one signer');
  const signer = checkSigner(signerInfo, info, certificates);
  return { ...readInfo(info), signer, certificates: certificates.filter((each) => each !== signer) };
}

/** Whether the signer leads to one of the trusted certificates, each valid at that time and made for this. */
export function isTrusted({ signer, certificates, at }: TimeStamp, trusted: readonly X509Certificate[]): boolean {
  const uses = signer.keyUsage as readonly string[] | undefined;
  if (uses?.length !== 1 || uses[0] !== OID.timeStamping) return false;
  const holds = (certificate: X509Certificate): boolean =>
    certificate.validFromDate.getTime() <= at && at <= certificate.validToDate.getTime();
  const leads = (certificate: X509Certificate, left: readonly X509Certificate[]): boolean => {
    if (!holds(certificate)) return false;
    if (trusted.some((each) => each.raw.equals(certificate.raw))) return true;
    const issues = (each: X509Certificate): boolean =>
      each.ca && certificate.checkIssued(each) && certificate.verify(each.publicKey);
    if (trusted.some((each) => issues(each) && holds(each))) return true;
    return left.some(
      (each) =>
        issues(each) &&
        leads(
          each,
          left.filter((other) => other !== each),
        ),
    );
  };
  return leads(signer, certificates.slice(0, 8));
}

function checkSigner(signerInfo: Der, info: Buffer, certificates: readonly X509Certificate[]): X509Certificate {
  const [, , digestAlgorithm, attributes, , signature] = inside(signerInfo, TAG.sequence);
  const digest = DIGESTS[oidOf(inside(digestAlgorithm, TAG.sequence)[0])];
  if (digest === undefined) throw new DerProblem('expected SHA-256, SHA-384 or SHA-512');
  const values = readAttributes(attributes);
  expectOid(values.get(OID.contentType), OID.tstInfo);
  const stated = contentOf(values.get(OID.messageDigest), TAG.octets);
  if (!stated.equals(hash(digest, info, 'buffer'))) throw new DerProblem('the digest is not that of the content');
  const signer = certificates.find((each) => isNamed(each, values));
  if (signer === undefined) throw new DerProblem("expected the signer's certificate");
  // Signed as a SET, sent as [0]: RFC 5652 §5.4.
  const signed = Buffer.concat([Buffer.of(TAG.set), contentWithLength(attributes)]);
  const algorithm = signer.publicKey.asymmetricKeyType === 'ed25519' ? null : digest;
  if (!verify(algorithm, signed, signer.publicKey, contentOf(signature, TAG.octets))) {
    throw new DerProblem('the signature does not hold');
  }
  return signer;
}

function contentWithLength(der: Der | undefined): Buffer {
  contentOf(der, TAG.context(0));
  return der?.whole.subarray(1) ?? Buffer.alloc(0);
}

function readAttributes(attributes: Der | undefined): ReadonlyMap<string, Der> {
  const values = new Map<string, Der>();
  for (const attribute of inside(attributes, TAG.context(0))) {
    const [type, set] = inside(attribute, TAG.sequence);
    const [value, ...more] = inside(set, TAG.set);
    const name = oidOf(type);
    if (value === undefined || more.length > 0 || values.has(name))
      throw new DerProblem('expected each attribute once');
    values.set(name, value);
  }
  return values;
}

/** The signed attributes name the signer's certificate by its hash (RFC 5035), so that no other can be put in its place. */
function isNamed({ raw }: X509Certificate, values: ReadonlyMap<string, Der>): boolean {
  const [second, first] = [values.get(OID.signingCertificateV2), values.get(OID.signingCertificate)];
  const [named] = inside(inside(second ?? first, TAG.sequence)[0], TAG.sequence);
  const fields = inside(named, TAG.sequence);
  if (second === undefined) return contentOf(fields[0], TAG.octets).equals(hash('sha1', raw, 'buffer'));
  // SHA-256 is the default and then not written.
  const other = fields[0]?.tag === TAG.sequence ? DIGESTS[oidOf(inside(fields[0], TAG.sequence)[0])] : 'sha256';
  const stated = fields.find(({ tag }) => tag === TAG.octets);
  return other !== undefined && contentOf(stated, TAG.octets).equals(hash(other, raw, 'buffer'));
}

function readInfo(info: Buffer): Pick<TimeStamp, 'imprint' | 'at' | 'nonce'> {
  const [version, , imprint, , time, ...rest] = inside(readDer(info), TAG.sequence);
  if (!contentOf(version, TAG.integer).equals(Buffer.of(1))) throw new DerProblem('expected version 1');
  const [algorithm, hashed] = inside(imprint, TAG.sequence);
  expectOid(inside(algorithm, TAG.sequence)[0], OID.sha256);
  const nonce = rest.find(({ tag }) => tag === TAG.integer)?.content;
  return { imprint: contentOf(hashed, TAG.octets), at: readTime(contentOf(time, TAG.time)), nonce };
}

function readTime(content: Buffer): number {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{1,9})?Z$/.exec(content.toString('latin1'));
  if (match === null) throw new DerProblem('expected a time in UTC');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const fraction = Math.floor(Number(match[7] ?? 0) * 1000);
  return Date.UTC(year, month - 1, day, hour, minute, second, fraction);
}

function expectOid(der: Der | undefined, expected: string): void {
  const found = oidOf(der);
  if (found !== expected) throw new DerProblem(`expected ${expected}, got ${found}`);
}
