// Ending one live session: the head and the section cut it, its requester ends it.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Session } from '../../contract/sessions.ts';
import { endSession } from '../api/sessions.ts';
import { CodeDialog } from '../kit/code-dialog.tsx';
import { Icon } from '../kit/icon.tsx';
import { useMe } from '../shell/me.ts';

export function CutButton({ session }: { readonly session: Session }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const own = session.account.id === me.id;
  const may = own || me.role === 'head' || me.role === 'section';
  if (session.endedAt !== null || !may) return null;
  const word = own ? t('terminal.leave') : t('sessions.cut');
  return (
    <>
      <button type="button" className="btn danger-quiet sm" onClick={() => setAsking(true)}>
        <Icon name="player-stop" />
        {word}
      </button>
      {asking && (
        <CodeDialog
          title={t(own ? 'sessions.endOwnTitle' : 'sessions.cutTitle')}
          act={word}
          asks="reason"
          danger
          onAct={async ({ reason }) => {
            await endSession(session.id, reason);
            await client.invalidateQueries({ queryKey: ['sessions'] });
          }}
          onClose={() => setAsking(false)}
        >
          <p className="t2 left">
            {t('sessions.cutSay', {
              who: session.account.displayName,
              where: `${session.login}@${session.target}`,
            })}
          </p>
        </CodeDialog>
      )}
    </>
  );
}
