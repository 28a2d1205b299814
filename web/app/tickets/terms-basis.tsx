// What a ticket says besides where and when: contract, companions, impact, way back, declared changes, tools.

import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { Icon } from '../kit/icon.tsx';

export function TermsBasis({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const { contract, companions, rollback, changes, tools, notice } = ticket.terms;
  const named = (id: string) => ticket.channels.find(({ targetAccountId }) => targetAccountId === id)?.target ?? '';
  return (
    <>
      {contract !== null && (
        <p>
          {t('terms.contract')}
          <span className="r">{contract}</span>
        </p>
      )}
      {companions.length > 0 && (
        <p>
          {t('terms.companions')}
          <span className="r">{companions.map(({ displayName }) => displayName).join(t('approval.and'))}</span>
        </p>
      )}
      {notice !== null && (
        <p>
          {t('terms.notice')}
          <span className="r">{notice}</span>
        </p>
      )}
      {changes.length > 0 && (
        <details>
          <summary>
            {t('terms.changes', { count: changes.length })}
            <Icon name="chevron-right" className="t3 end" />
          </summary>
          <ul className="bound-text">
            {changes.map(({ targetAccountId, path, change }) => (
              <li key={`${targetAccountId} ${path}`}>
                {t(`terms.${change}`)} {named(targetAccountId)} <span className="mono break">{path}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {rollback !== '' && (
        <details>
          <summary>
            {t('terms.rollback')}
            <Icon name="chevron-right" className="t3 end" />
          </summary>
          <p className="prose">{rollback}</p>
        </details>
      )}
      {tools.length > 0 && (
        <details>
          <summary>
            {t('terms.tools', { count: tools.length })}
            <Icon name="chevron-right" className="t3 end" />
          </summary>
          <ul className="bound-text">
            {tools.map(({ name, sha256 }) => (
              <li key={sha256}>
                {name} <span className="fp break">{sha256}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
