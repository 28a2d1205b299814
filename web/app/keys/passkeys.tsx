// One's own passkeys: what each is called, when it was last used, and whether it signs in.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Passkey } from '../../contract/passkeys.ts';
import { passkeysPossible, passkeysQuery, registerPasskey, removePasskey } from '../api/passkeys.ts';
import { Moment } from '../clock/moment.tsx';
import { CodeDialog } from '../kit/code-dialog.tsx';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { Say } from '../language/say.tsx';
import { AddPasskey } from './add-passkey.tsx';

export function Passkeys() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const passkeys = useQuery(passkeysQuery);
  const [removing, setRemoving] = useState<Passkey | undefined>();
  const changed = () => client.invalidateQueries(passkeysQuery);
  const count = passkeys.data?.length ?? 0;
  return (
    <section className="stack g3" aria-label={t('passkeys.title')}>
      <div>
        <h2>{t('passkeys.title')}</h2>
        <p className="t2">
          {count === 0 ? t('passkeys.none') : <Say id="passkeys.lead" values={{ count }} />} {t('passkeys.why')}
        </p>
      </div>
      <ProblemNote error={passkeys.error} />
      {passkeys.isPending && <Loading lines={2} />}
      {count > 0 && <PasskeyList passkeys={passkeys.data ?? []} onRemove={setRemoving} />}
      {passkeysPossible() ? (
        <AddPasskey
          onAdd={async (name, code) => {
            await registerPasskey({ name, code });
            await changed();
          }}
        />
      ) : (
        <p className="sm t2">{t('passkeys.notHere')}</p>
      )}
      {removing !== undefined && (
        <CodeDialog
          title={t('passkeys.removeTitle')}
          act={t('keys.remove')}
          danger
          onAct={async ({ code }) => {
            await removePasskey(removing.id, code);
            await changed();
          }}
          onClose={() => setRemoving(undefined)}
        >
          <p>{removing.name}</p>
          <p className="t2">{t('passkeys.removeHint')}</p>
        </CodeDialog>
      )}
    </section>
  );
}

interface PasskeyListProps {
  readonly passkeys: readonly Passkey[];
  readonly onRemove: (passkey: Passkey) => void;
}

function PasskeyList({ passkeys, onRemove }: PasskeyListProps) {
  const { t } = useTranslation();
  return (
    <ul className="card lines">
      {passkeys.map((passkey) => (
        <li key={passkey.id}>
          <Icon name="fingerprint" className="t3" />
          <div className="grow">
            <p className="trunc">{passkey.name}</p>
            <p className="xs t3">
              {t('keys.added')} <Moment at={passkey.createdAt} form="date" />
              {' · '}
              {passkey.lastUsedAt === null ? (
                t('passkeys.unused')
              ) : (
                <>
                  {t('passkeys.lastUsed')} <Moment at={passkey.lastUsedAt} form="date" />
                </>
              )}
              {!passkey.signsIn && ` · ${t('passkeys.actsOnly')}`}
            </p>
          </div>
          <button type="button" className="btn danger-quiet sm" onClick={() => onRemove(passkey)}>
            {t('keys.remove')}
          </button>
        </li>
      ))}
    </ul>
  );
}
