// What is shown to a target to log in: the credential that came for this dial, as ssh2 takes it.

import type { ConnectConfig } from 'ssh2';
import { Secret } from '../../../store/core/secret.ts';
import type { DialCredential } from '../../link/methods.ts';
import type { OpeningKey } from './opening-key.ts';

export interface DialLogin {
  readonly config: Pick<ConnectConfig, 'username' | 'password' | 'privateKey' | 'authHandler'>;
  /** Overwrites the secret, where there is one. */
  wipe(): void;
}

/** `key`: whose public half was sent when the credential was asked for. */
export function dialLogin(username: string, credential: DialCredential, key: OpeningKey): DialLogin {
  if (credential.kind === 'certificate') {
    const certified = key.certified(Buffer.from(credential.certificate, 'base64'));
    const config = { username, authHandler: [{ type: 'publickey' as const, username, key: certified }] };
    return { config, wipe() {} };
  }
  const secret = Secret.ofBytes(Buffer.from(credential.secret, 'base64'));
  const shown = credential.kind === 'password' ? { password: secret.revealText() } : { privateKey: secret.reveal() };
  return { config: { username, ...shown }, wipe: () => secret.wipe() };
}
