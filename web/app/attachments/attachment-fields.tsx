// Attachments in the form of a ticket. They leave this browser when the ticket is saved: before that there is nothing they
// could belong to.

import { useTranslation } from 'react-i18next';
import type { Attachment } from '../../contract/tickets.ts';
import { byteCount } from '../kit/byte-count.ts';
import { Icon } from '../kit/icon.tsx';
import { AddFiles } from './add-files.tsx';
import { UploadList } from './upload-list.tsx';
import type { Uploads } from './use-uploads.ts';

interface FieldsProps {
  /** What the ticket has already. */
  readonly present: readonly Attachment[];
  /** Of those, what is to be taken away. */
  readonly removed: ReadonlySet<string>;
  readonly uploads: Uploads;
  readonly onRemoved: (removed: ReadonlySet<string>) => void;
}

export function AttachmentFields({ present, removed, uploads, onRemoved }: FieldsProps) {
  const { t } = useTranslation();
  const toggle = (sha256: string) => {
    const after = new Set(removed);
    if (!after.delete(sha256)) after.add(sha256);
    onRemoved(after);
  };
  const count = present.length - removed.size + uploads.files.length;
  return (
    <fieldset className="field stack">
      <legend className="lab">{t('attachments.title')}</legend>
      {present.length + uploads.files.length > 0 && (
        <div className="card">
          <ul className="lines attachments">
            {present.map(({ name, bytes, sha256 }) => (
              <li key={sha256}>
                <Icon name="file-text" className="t3" />
                <p className="grow break">
                  {removed.has(sha256) ? <del className="t3">{name}</del> : name}{' '}
                  <span className="xs t3">
                    {byteCount(bytes)}
                    {removed.has(sha256) && ` · ${t('attachments.removing')}`}
                  </span>
                </p>
                <button type="button" className="btn ghost sm" onClick={() => toggle(sha256)}>
                  {t(removed.has(sha256) ? 'attachments.keep' : 'attachments.remove')}
                </button>
              </li>
            ))}
          </ul>
          <UploadList uploads={uploads} hint={t('attachments.draftKept')} />
        </div>
      )}
      <AddFiles present={count} busy={uploads.sending !== undefined} onAdd={uploads.add} />
      <p className="hint">
        {t('attachments.hint')} {uploads.files.length > 0 && t('attachments.pendingHint')}
      </p>
    </fieldset>
  );
}
