// How an original gets back into its requester's hands: by a link to a new ticket, never silently.

import { useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { OriginalItem, OriginalManifest } from '../../contract/originals.ts';
import type { Ticket } from '../../contract/tickets.ts';
import { CopyLine } from '../kit/copy-line.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { FileName } from '../sessions/file-name.tsx';

interface RestoreProps {
  readonly ticket: Ticket;
  readonly manifest: OriginalManifest;
  readonly item: OriginalItem;
  readonly onClose: () => void;
}

export function RestoreDialog({ ticket, manifest, item, onClose }: RestoreProps) {
  const { t } = useTranslation();
  const router = useRouter();
  const { href } = router.buildLocation({
    to: '/tickets/new',
    search: {
      restore: ticket.id,
      original: item.sha256 ?? '',
      path: item.path.text,
      target: manifest.target,
      login: manifest.login,
    },
  });
  return (
    <Dialog title={t('originals.restoreTitle')} onClose={onClose} wide>
      <div className="stack g4">
        <p>
          <FileName name={item.path} />
        </p>
        <p className="t2">{t('originals.restoreSay', { name: ticket.requester.displayName })}</p>
        <div className="stack">
          <p className="lab">{t('originals.restoreLink')}</p>
          <CopyLine text={new URL(href, window.location.origin).href} />
        </div>
        <div className="sheet-acts">
          <button type="button" className="btn primary" onClick={onClose}>
            {t('act.done')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
