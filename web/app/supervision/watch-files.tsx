// What is being asked of files, newest first. Paths are attacker-controlled.

import { useTranslation } from 'react-i18next';
import { Icon } from '../kit/icon.tsx';
import { FILE_OPS } from '../sessions/file-ops.ts';
import { ShownText } from '../sessions/shown-text.tsx';
import type { FileSaid } from './use-watch.ts';

export function WatchFiles({ files }: { readonly files: readonly FileSaid[] }) {
  const { t } = useTranslation();
  if (files.length === 0) return null;
  return (
    <ol className="watch-files" aria-label={t('supervision.files')}>
      {files.map(({ what, op, path, to }, nth) => (
        // Newest first: counted from the end, a line keeps its key.
        <li key={(files.length - nth).toString()} className={what === 'refused' ? 'refused' : undefined}>
          <Icon name={what === 'refused' ? 'ban' : 'file-text'} />
          <span className="nowrap">
            {what === 'refused' && `${t('fileLog.refused')} `}
            {t(`fileLog.op.${FILE_OPS.find((each) => each === op) ?? 'other'}`)}
          </span>
          <span className="break">
            {path === null ? op : <ShownText text={path} />}
            {to !== null && (
              <>
                {' → '}
                <ShownText text={to} />
              </>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
