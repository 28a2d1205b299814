// What a departure did, as measured, and whose passwords to change now.

import { useTranslation } from 'react-i18next';
import type { DepartureReceipt } from '../../contract/people.ts';
import { Moment } from '../clock/moment.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { Fact } from '../kit/fact.tsx';
import { Icon } from '../kit/icon.tsx';
import { CutSessions } from './cut-sessions.tsx';

interface ReceiptProps {
  readonly receipt: DepartureReceipt;
}

export function ReceiptDialog({ receipt, onClose }: ReceiptProps & { readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('depart.receipt')} onClose={onClose} wide>
      <div className="stack g4">
        <p className="lg row top">
          <Icon name="circle-check" className="c-accent" />
          {t('depart.done', { name: receipt.person.displayName })}
        </p>
        <dl className="kv">
          <Fact name={t('depart.at')}>
            <Moment at={receipt.departedAt} form="date" />
          </Fact>
          <Fact name={t('depart.sessions')}>
            <CutSessions sessions={receipt.sessions} />
          </Fact>
          <Fact name={t('depart.browserSessions')}>{receipt.browserSessions}</Fact>
          <Fact name={t('depart.keys')}>{receipt.keys}</Fact>
          <Fact name={t('depart.passkeys')}>{receipt.passkeys}</Fact>
          <Fact name={t('depart.invitations')}>{receipt.invitations}</Fact>
          <Fact name={t('depart.tickets')}>
            {receipt.tickets.length === 0
              ? t('depart.none')
              : receipt.tickets.map((ticket) => (
                  <span key={ticket.id} className="mono block">
                    {ticket.number}
                  </span>
                ))}
          </Fact>
        </dl>
        <Used receipt={receipt} />
        <div className="sheet-acts">
          <button type="button" className="btn primary" onClick={onClose}>
            {t('act.done')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

function Used({ receipt }: ReceiptProps) {
  const { t } = useTranslation();
  if (receipt.usedTargetAccounts.length === 0) return null;
  return (
    <section className="stack g1">
      <h3>{t('depart.used')}</h3>
      <p className="hint">{t('depart.usedHint')}</p>
      <ul className="lines card">
        {receipt.usedTargetAccounts.map((used) => (
          <li key={`${used.target} ${used.login}`}>
            <span className="grow">
              {used.target} · <span className="mono">{used.login}</span>
            </span>
            <span className="xs t3">
              {t('depart.lastUsed')} <Moment at={used.lastUsedAt} form="date" />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
