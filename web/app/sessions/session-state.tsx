// Live or ended, and of a live one whether it waits for a supervisor or is frozen.

import { useTranslation } from 'react-i18next';
import type { Session } from '../../contract/sessions.ts';
import { Icon } from '../kit/icon.tsx';
import { FlowMark } from '../supervision/flow-mark.tsx';
import { useFlow } from '../supervision/flows.ts';

export function SessionMark({ session }: { readonly session: Session }) {
  const { t } = useTranslation();
  const flow = useFlow(session.endedAt === null ? session.id : undefined);
  if (session.endedAt === null) return <FlowMark state={flow?.state ?? 'live'} />;
  return (
    <span className="st s-closed">
      <Icon name="gate-closed" />
      {t('sessions.ended')}
    </span>
  );
}
