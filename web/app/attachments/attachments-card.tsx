// The attachments on the page of a ticket. Its requester adds and takes away while it is a draft; everybody else reads.

import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { removeAttachment } from '../api/attachments.ts';
import { Icon } from '../kit/icon.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { useMe } from '../shell/me.ts';
import { useTicketChanged } from '../tickets/ticket-changed.ts';
import { AddFiles } from './add-files.tsx';
import { AttachmentList } from './attachment-list.tsx';
import { UploadList } from './upload-list.tsx';
import { useUploads } from './use-uploads.ts';

export function AttachmentsCard({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const mine = useMe().id === ticket.requester.id;
  const { attachments } = ticket.terms;
  if (mine && ticket.state === 'draft') return <DraftAttachments ticket={ticket} />;
  if (attachments.length === 0) return null;
  return (
    <section className="card">
      <h2 className="hd">{t('attachments.count', { count: attachments.length })}</h2>
      <AttachmentList ticket={ticket.id} attachments={attachments} />
      <p className="hint bd safe">{t('attachments.safe')}</p>
    </section>
  );
}

function DraftAttachments({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const changed = useTicketChanged();
  const uploads = useUploads();
  const { attachments } = ticket.terms;
  const removing = useMutation({
    mutationFn: (sha256: string) => removeAttachment(ticket.id, sha256),
    onSuccess: changed,
  });
  const busy = uploads.sending !== undefined || removing.isPending;
  const add = (files: readonly File[]) => {
    uploads.add(files);
    // What one was refused for stands beside it.
    uploads.send(ticket.id, changed, files).catch(() => undefined);
  };
  return (
    <section className="card">
      <h2 className="hd">{t('attachments.title')}</h2>
      {attachments.length > 0 && (
        <AttachmentList
          ticket={ticket.id}
          attachments={attachments}
          act={({ sha256, name }) => (
            <button
              type="button"
              className="iconbtn"
              disabled={busy}
              onClick={() => removing.mutate(sha256)}
              aria-label={`${t('attachments.remove')} ${name}`}
              title={t('attachments.remove')}
            >
              <Icon name="x" />
            </button>
          )}
        />
      )}
      <UploadList uploads={uploads} />
      <div className="bd stack">
        <ProblemNote error={removing.error} />
        <AddFiles present={attachments.length + uploads.files.length} busy={busy} onAdd={add} />
        <p className="hint">{t('attachments.hint')}</p>
      </div>
    </section>
  );
}
