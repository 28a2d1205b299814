// The files of a ticket, to download. Their names are somebody else's; what is in them is never shown here.

import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Attachment } from '../../contract/tickets.ts';
import { downloadAttachment } from '../api/attachments.ts';
import { byteCount } from '../kit/byte-count.ts';
import { Icon } from '../kit/icon.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { ShortHash } from '../kit/short-hash.tsx';
import { Stretches } from '../sessions/shown-text.tsx';

interface ListProps {
  readonly ticket: string;
  readonly attachments: readonly Attachment[];
  /** What else can be done with one. */
  readonly act?: ((attachment: Attachment) => ReactNode) | undefined;
}

export function AttachmentList({ ticket, attachments, act }: ListProps) {
  return (
    <ul className="lines attachments">
      {attachments.map((attachment) => (
        <Row key={attachment.sha256} ticket={ticket} attachment={attachment} act={act} />
      ))}
    </ul>
  );
}

function Row({ ticket, attachment, act }: Omit<ListProps, 'attachments'> & { readonly attachment: Attachment }) {
  const { t } = useTranslation();
  const { name, type, bytes, sha256 } = attachment;
  const downloading = useMutation({ mutationFn: () => downloadAttachment(ticket, sha256, name) });
  return (
    <li>
      <Icon name="file-text" className="t3" />
      <div className="grow">
        <p className="break">
          <bdi className="file-name">
            <Stretches text={name} />
          </bdi>
        </p>
        <p className="xs t3 row wrap hash-row">
          <span>
            {t(`attachments.type.${type}`)} · {byteCount(bytes)}
          </span>
          <ShortHash hash={sha256} />
        </p>
      </div>
      <button
        type="button"
        className="btn quiet sm"
        onClick={() => downloading.mutate()}
        disabled={downloading.isPending}
        aria-label={`${t('attachments.download')} ${name}`}
      >
        <Icon name="download" />
        {t('attachments.download')}
      </button>
      {act?.(attachment)}
      <ProblemNote error={downloading.error} />
    </li>
  );
}
