// What a lock did, as measured.

import { useTranslation } from 'react-i18next';
import type { LockReceipt } from '../../contract/locks.ts';
import { Dialog } from '../kit/dialog.tsx';
import { Fact } from '../kit/fact.tsx';
import { Icon } from '../kit/icon.tsx';
import { CutSessions } from '../people/cut-sessions.tsx';

interface LockReceiptProps {
  readonly receipt: LockReceipt;
  readonly onClose: () => void;
}

export function LockReceiptDialog({ receipt: { lock, sessions, browserSessions }, onClose }: LockReceiptProps) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('locks.done')} onClose={onClose}>
      <div className="stack g4">
        <p className="lg row top">
          <Icon name="circle-check" className="c-accent" />
          {t(`locks.what.${lock.scope}`, { name: lock.name ?? '' })}
        </p>
        <dl className="kv">
          <Fact name={t('depart.sessions')}>
            <CutSessions sessions={sessions} />
          </Fact>
          <Fact name={t('depart.browserSessions')}>{browserSessions}</Fact>
        </dl>
        <div className="sheet-acts">
          <button type="button" className="btn primary" onClick={onClose}>
            {t('act.done')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
