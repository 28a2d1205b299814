// Sessions that were cut, and how fast: of a departure and of a lock.

import { useTranslation } from 'react-i18next';
import type { DepartureReceipt } from '../../contract/people.ts';

export function CutSessions({ sessions }: Pick<DepartureReceipt, 'sessions'>) {
  const { t } = useTranslation();
  if (sessions.length === 0) return t('depart.sessionsNone');
  return sessions.map((session) => (
    <span key={session.id} className="block">
      {session.target} · <span className="mono">{session.login}</span>{' '}
      {session.closedAfterMs === null ? (
        <span className="c-warning">{t('depart.notConfirmed')}</span>
      ) : (
        <span className="t2">{t('depart.closedAfter', { ms: Math.round(session.closedAfterMs) })}</span>
      )}
    </span>
  ));
}
