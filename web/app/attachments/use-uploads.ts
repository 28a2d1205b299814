// Sending files to a draft, one after another. A refusal stops there and is kept with the file it is about.

import { useState } from 'react';
import type { Ticket } from '../../contract/tickets.ts';
import { addAttachment } from '../api/attachments.ts';

export interface Uploads {
  /** What has not been taken yet. */
  readonly files: readonly File[];
  readonly sending: { readonly file: File; readonly part: number } | undefined;
  readonly refused: { readonly file: File; readonly error: unknown } | undefined;
  readonly add: (files: readonly File[]) => void;
  readonly drop: (file: File) => void;
  /** Resolves with the ticket as it is after the last; undefined where there was none. Throws what refused one. */
  readonly send: (ticket: string, onTaken: (ticket: Ticket) => void, files?: readonly File[]) => Promise<void>;
}

export function useUploads(): Uploads {
  const [files, setFiles] = useState<readonly File[]>([]);
  const [sending, setSending] = useState<Uploads['sending']>();
  const [refused, setRefused] = useState<Uploads['refused']>();
  const without = (file: File) => setFiles((before) => before.filter((each) => each !== file));
  return {
    files,
    sending,
    refused,
    add: (more) => setFiles((before) => [...before, ...more]),
    drop: (file) => {
      without(file);
      if (refused?.file === file) setRefused(undefined);
    },
    async send(ticket, onTaken, wanted = files) {
      setRefused(undefined);
      try {
        for (const file of wanted) {
          setSending({ file, part: 0 });
          const after = await addAttachment(ticket, file, (part) => setSending({ file, part })).catch(
            (error: unknown) => {
              setRefused({ file, error });
              throw error;
            },
          );
          without(file);
          onTaken(after);
        }
      } finally {
        setSending(undefined);
      }
    },
  };
}
