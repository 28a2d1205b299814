// What opens a target account: a password or a private key, sealed under `credential:<target account>`.

import ssh2 from 'ssh2';
import { defineRefusal } from '../../store/core/refusal.ts';
import { Secret } from '../../store/core/secret.ts';

export type CredentialKind = 'password' | 'private-key';

export interface Credential {
  readonly kind: CredentialKind;
  readonly secret: Secret;
}

export const credentialContext = (targetAccount: string): string => `credential:${targetAccount}`;

export const credentialInvalid = defineRefusal<CredentialKind>('target.credential-invalid', 'invalid', (kind) =>
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

/** Throws when no target could be opened with it. */
export function checkCredential(kind: CredentialKind, text: string): Secret {
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
