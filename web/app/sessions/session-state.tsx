// Live or ended: the dot moves only while live.

import { useTranslation } from 'react-i18next';
import type { Session } from '../../contract/sessions.ts';
import { Icon } from '../kit/icon.tsx';

export function SessionMark({ session }: { readonly session: Session }) {
  const { t } = useTranslation();
  if (session.endedAt === null) {
    return (
      <span className="st s-open">
        <i className="live" />
        {t('sessions.live')}
      </span>
    );
  }
  return (
    <span className="st s-closed">
      <Icon name="gate-closed" />
      {t('sessions.ended')}
    </span>
  );
}
