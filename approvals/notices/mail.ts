// Notices by e-mail. Words in plain text only: nothing to click but the link, nothing that loads.

import { createTransport } from 'nodemailer';
import { type Carrier, Undeliverable } from './notice.ts';

export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; otherwise STARTTLS, demanded unless the server is this very machine. */
  readonly tls: boolean;
  readonly loopback: boolean;
  readonly login: { readonly user: string; readonly password: string } | null;
  /** The address notices come from. */
  readonly from: string;
}

const TIMEOUT_MS = 20_000;

export function createMailCarrier({ host, port, tls, loopback, login, from }: MailServer): Carrier {
  const transport = createTransport({
    host,
    port,
    secure: tls,
    requireTLS: !tls && !loopback,
    ignoreTLS: !tls && loopback,
    ...(login !== null && { auth: { user: login.user, pass: login.password } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async ({ id, to, subject, lines, link }) => {
    if (to === null) throw new Undeliverable('expected an address');
    try {
      await transport.sendMail({
        from: { name: '闸口 Sluice', address: from },
        to: { name: '', address: to },
        subject,
        text: [...lines, ...(link === null ? [] : ['', link]), ''].join('\n'),
        // The same for every try: who gets it twice can see that it is one.
        messageId: `<${id}@${from.split('@').at(-1)}>`,
        headers: { 'auto-submitted': 'auto-generated' },
      });
    } catch (error) {
      const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
      const why = error instanceof Error ? error.message : String(error);
      throw code >= 500 ? new Undeliverable(why) : new Error(why);
    }
  };
}
