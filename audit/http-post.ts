// One bounded question over HTTP: to a witness, to a timestamp authority. Neither is believed; what they answer is
// checked by whoever asked.

export interface PostAnswer {
  readonly status: number;
  /** The media type without parameters, lower case. */
  readonly type: string;
  readonly body: Buffer;
}

export interface PostQuestion {
  readonly url: string;
  readonly type: string;
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Rejects when there is no whole answer in time, or a longer one than allowed. */
export type Post = (question: PostQuestion) => Promise<PostAnswer>;

export function createPost({ timeoutMs, mostBytes }: { readonly timeoutMs: number; readonly mostBytes: number }): Post {
  return async ({ url, type, body, headers }) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': type },
      body: new Uint8Array(body),
      // Whoever answers is who was named in the settings.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const [media = ''] = (response.headers.get('content-type') ?? '').split(';');
    return { status: response.status, type: media.trim().toLowerCase(), body: await readAtMost(response, mostBytes) };
  };
}

async function readAtMost(response: Response, mostBytes: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    length += piece.length;
    if (length > mostBytes) throw new RangeError(`expected an answer of at most ${mostBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
