// What opens a target account: a password or a private key, sealed under `credential:<target account>`, or a certificate
// that is made for each opening, and then nothing is kept.

import ssh2 from 'ssh2';
import { defineRefusal } from '../../store/core/refusal.ts';
import { Secret } from '../../store/core/secret.ts';

export type SecretKind = 'password' | 'private-key';
export type CredentialKind = SecretKind | 'certificate';

export type Credential =
  | { readonly kind: SecretKind; readonly secret: Secret }
  /** As a public key blob; the private half is the gateway's, and nobody else's. */
  | { readonly kind: 'certificate'; readonly certificate: Buffer };

export const credentialContext = (targetAccount: string): string => `credential:${targetAccount}`;

export const credentialInvalid = defineRefusal<SecretKind>('target.credential-invalid', 'invalid', (kind) =>
  kind === 'password'
    ? { zh: '密码不能为空，也不能包含控制字符', en: 'a password is not empty and has no control characters' }
    : {
        zh: '这不是一把可用的私钥（OpenSSH 或 PEM 格式）',
        en: 'this is not a usable private key in OpenSSH or PEM form',
      },
);

export const credentialEncrypted = defineRefusal('target.credential-encrypted', 'invalid', () => ({
  zh: '私钥带有口令，请提供不带口令的私钥；它会加密保存',
  en: 'this private key has a passphrase; give one without, it is stored encrypted',
}));

export const credentialNotKept = defineRefusal('target.credential-not-kept', 'invalid', () => ({
  zh: '用证书登录的账号不需要密码或私钥，请不要提供',
  en: 'an account that opens with a certificate takes no password or key; give none',
}));

/** The secret to keep; null where each opening gets a certificate. Throws when no target could be opened with it. */
export function checkCredential(kind: CredentialKind, text: string | undefined): Secret | null {
  if (kind === 'certificate') {
    if (text !== undefined) throw credentialNotKept();
    return null;
  }
  return checkSecret(kind, text ?? '');
}

function checkSecret(kind: SecretKind, text: string): Secret {
  if (kind === 'private-key') return privateKey(text);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is refused
  if (text === '' || /[\u0000-\u001f\u007f]/.test(text)) throw credentialInvalid(kind);
  return Secret.ofText(text);
}

function privateKey(text: string): Secret {
  const parsed = ssh2.utils.parseKey(text);
  if (parsed instanceof Error) {
    throw /encrypted|passphrase/i.test(parsed.message) ? credentialEncrypted() : credentialInvalid('private-key');
  }
  const keys = Array.isArray(parsed) ? parsed : [parsed];
  if (keys.length !== 1 || keys[0]?.isPrivateKey() !== true) throw credentialInvalid('private-key');
  return Secret.ofText(`${text.trim()}\n`);
}
