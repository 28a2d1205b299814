// Whether what was typed at hidden prompts can be seen, and the way to ask for it.

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReplayPage, Session } from '../../contract/sessions.ts';
import { askToUnseal } from '../api/custody.ts';
import { CodeDialog } from '../kit/code-dialog.tsx';

interface KeysNoteProps {
  readonly session: Session;
  readonly keys: ReplayPage['keys'];
  /** Everything may be read from now on. */
  readonly onOpened: () => void;
}

export function KeysNote({ session, keys, onOpened }: KeysNoteProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const [waiting, setWaiting] = useState(false);
  if (keys === 'unsealed') return <p className="hint">{t('replay.keysUnsealed')}</p>;
  return (
    <>
      <p className="hint">{t(keys === 'sealed' ? 'replay.keysSealed' : 'replay.keysUnguarded')}</p>
      {waiting ? (
        <p className="hint">{t('replay.keysAsked')}</p>
      ) : (
        <button type="button" className="btn ghost sm" onClick={() => setAsking(true)}>
          {t('replay.keysAsk')}
        </button>
      )}
      {asking && (
        <CodeDialog
          title={t('replay.keysAskTitle')}
          act={t('replay.keysAsk')}
          asks="reason-and-code"
          onAct={({ code, reason }) => askToUnseal(session.id, { code, reason })}
          onDone={({ state }) => {
            setAsking(false);
            // Open at once where nobody else has to agree.
            if (state === 'open') onOpened();
            else setWaiting(true);
          }}
          onClose={() => setAsking(false)}
        >
          <p className="t2 left">{t(keys === 'sealed' ? 'replay.keysAskSealed' : 'replay.keysAskUnguarded')}</p>
        </CodeDialog>
      )}
    </>
  );
}
