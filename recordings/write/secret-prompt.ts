// Whether the line in front of the cursor asks for something that nobody else should read. Only a hint: what decides is
// whether the keys were drawn. In UTF-8 and in GB18030.

const WORDS = [
  'pass',
  '口令',
  '密码',
  '密钥',
  '验证码',
  'pin',
  'otp',
  'token',
  'secret',
  'verification code',
  'credential',
];
const GB18030: readonly (readonly number[])[] = [
  [0xbf, 0xda, 0xc1, 0xee],
  [0xc3, 0xdc, 0xc2, 0xeb],
  [0xc3, 0xdc, 0xd4, 0xbf],
  [0xd1, 0xe9, 0xd6, 0xa4, 0xc2, 0xeb],
];
const PATTERNS: readonly Buffer[] = [
  ...WORDS.map((word) => Buffer.from(word)),
  ...GB18030.map((word) => Buffer.from(word)),
];

/** `tail`: the last bytes of output, as on the wire. */
export function asksForSecret(tail: Buffer): boolean {
  const line = tail.subarray(tail.lastIndexOf(0x0a) + 1);
  const lower = Buffer.from(line.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)));
  return PATTERNS.some((pattern) => lower.includes(pattern));
}
