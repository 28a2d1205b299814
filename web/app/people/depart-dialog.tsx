// Departure: says what will be cut, asks for the reason and the second factor.

import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Account, DepartureReceipt } from '../../contract/people.ts';
import { accountsQuery, depart } from '../api/people.ts';
import { CodeDialog } from '../kit/code-dialog.tsx';
import { Icon } from '../kit/icon.tsx';

interface DepartDialogProps {
  readonly account: Account;
  readonly onDeparted: (receipt: DepartureReceipt) => void;
  readonly onClose: () => void;
}

export function DepartDialog({ account, onDeparted, onClose }: DepartDialogProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { person, liveSessions } = account;
  return (
    <CodeDialog
      title={t('depart.title', { name: person.displayName })}
      act={t('depart.act')}
      asks="reason-and-code"
      danger
      onAct={({ reason, code }) => depart(person.id, reason, code)}
      onDone={(receipt) => {
        void client.invalidateQueries(accountsQuery);
        onDeparted(receipt);
      }}
      onClose={onClose}
    >
      <div>
        <p>{t('depart.say')}</p>
        <ul className="will cuts">
          <li>
            <Icon name="player-stop" />
            <span className={liveSessions > 0 ? 'c-refused' : ''}>
              {t('depart.cutSessions', { count: liveSessions })}
              {liveSessions === 0 && t('depart.noSessions')}
            </span>
          </li>
          <li>
            <Icon name="key" />
            <span>{t('depart.cutLogin')}</span>
          </li>
          <li>
            <Icon name="file-text" />
            <span>{t('depart.cutTickets')}</span>
          </li>
        </ul>
      </div>
    </CodeDialog>
  );
}
