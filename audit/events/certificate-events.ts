// What the evidence log says of the user CA and of the certificates it signs.

export interface CertificateEvents {
  /** There is a new key; targets may be told to trust it. `fingerprint`: of its public half, as OpenSSH prints it. */
  'user-ca.key-prepared': { readonly key: string; readonly fingerprint: string };
  /** From then on it signs, and the one before it (null: there was none) does not. */
  'user-ca.key-in-use': { readonly key: string; readonly fingerprint: string; readonly instead: string | null };
  /** Nothing that it signed may open anything: targets need not trust it any more. */
  'user-ca.key-retired': { readonly key: string; readonly fingerprint: string };
  /** One certificate, for one dial of one session or reading. Times are whole seconds, in milliseconds since 1970. */
  'certificate.signed': {
    readonly session: string;
    readonly ticket: string;
    readonly targetAccount: string;
    /** Decimal: up to 63 bits. */
    readonly serial: string;
    /** The text that the target's own log shows. */
    readonly keyId: string;
    readonly principals: readonly string[];
    readonly validFrom: number;
    /** Does not belong to it. */
    readonly validUntil: number;
    readonly extensions: readonly string[];
    /** Of the public key that was certified, as OpenSSH prints it. */
    readonly fingerprint: string;
    /** The same of the key that signed. */
    readonly ca: string;
  };
}
