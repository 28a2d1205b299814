// OpenSSH's client asks for ChaCha20 first and for counter mode next, and what the client asks for first is taken. AES-GCM
// is twice as fast wherever the processor knows AES, on both ends. So the offer to OpenSSH, which sends its own without
// waiting for ours, is made once its own is known: where it can do AES-GCM, nothing else is offered. Others may wait for
// our offer, and get all of it at once.

import type { Connection } from 'ssh2';

interface Direction {
  readonly cipher: readonly string[];
  readonly mac: readonly string[];
  readonly compress: readonly string[];
  readonly lang: readonly string[];
}

interface Offered {
  readonly kex: readonly string[];
  readonly serverHostKey: readonly string[];
  readonly cs: Direction;
  readonly sc: Direction;
}

type Listed<T> = { readonly [K in keyof T]: T[K] extends readonly string[] ? { readonly array: T[K] } : Listed<T[K]> };

interface Offer {
  readonly lists: Listed<Offered>;
}

/** What ssh2 does not show; the meaning belongs to the pinned files, see ../ssh2/README. */
interface Protocol {
  _offer: Offer;
  _waitsForOffer: boolean;
  _beforeAnswer: ((theirs: Offered) => void) | undefined;
}

const isFast = (cipher: string): boolean => cipher.includes('-gcm@');

/** To be called before anything of ours was sent: when the client's first line has come. */
export function chooseFastCipher(connection: Connection, software: string): void {
  if (!software.startsWith('OpenSSH_')) return;
  const { _protocol: protocol } = connection as unknown as { readonly _protocol: Protocol };
  protocol._waitsForOffer = true;
  protocol._beforeAnswer = ({ cs, sc }) => {
    protocol._beforeAnswer = undefined;
    if (cs.cipher.some(isFast) && sc.cipher.some(isFast)) protocol._offer = fastOnly(protocol._offer);
  };
}

function fastOnly(offer: Offer): Offer {
  const { lists } = offer;
  const KexInit = offer.constructor as new (offered: Offered) => Offer;
  const direction = ({ cipher, mac, compress, lang }: Listed<Direction>): Direction => ({
    cipher: cipher.array.filter(isFast),
    mac: mac.array,
    compress: compress.array,
    lang: lang.array,
  });
  return new KexInit({
    kex: lists.kex.array,
    serverHostKey: lists.serverHostKey.array,
    cs: direction(lists.cs),
    sc: direction(lists.sc),
  });
}
