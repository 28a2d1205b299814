// Files on their way to a ticket: waiting, how far, or why not.

import { useTranslation } from 'react-i18next';
import { byteCount } from '../kit/byte-count.ts';
import { Icon } from '../kit/icon.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import type { Uploads } from './use-uploads.ts';

export function UploadList({ uploads, hint }: { readonly uploads: Uploads; readonly hint?: string }) {
  const { t } = useTranslation();
  const { files, sending, refused, drop } = uploads;
  if (files.length === 0) return null;
  return (
    <ul className="lines attachments" data-testid="uploads">
      {files.map((file, nth) => {
        const part = sending?.file === file ? sending.part : undefined;
        const percent = Math.round((part ?? 0) * 100);
        const bad = refused?.file === file;
        return (
          <li key={`${nth.toString()} ${file.name}`}>
            <Icon name={bad ? 'circle-x' : 'upload'} className={bad ? 'c-refused' : 't3'} />
            <div className="grow stack g1">
              <p className="break">{file.name}</p>
              <p className="xs t3">
                {byteCount(file.size)}
                {!bad && ` · ${part === undefined ? t('attachments.waits') : t('attachments.uploading', { percent })}`}
              </p>
              {part !== undefined && (
                <div
                  className="bar"
                  role="progressbar"
                  aria-valuenow={percent}
                  aria-label={t('attachments.uploading', { percent })}
                >
                  <i style={{ width: `${percent}%` }} />
                </div>
              )}
              {bad && <ProblemNote error={refused.error} />}
              {bad && hint !== undefined && <p className="sm t2">{hint}</p>}
            </div>
            {part === undefined && (
              <button
                type="button"
                className="iconbtn"
                onClick={() => drop(file)}
                aria-label={`${t('attachments.remove')} ${file.name}`}
                title={t('attachments.remove')}
              >
                <Icon name="x" />
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
