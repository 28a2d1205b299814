// One's own SSH public keys, and below them one's passkeys.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PublicKey } from '../../contract/login.ts';
import { addKey, keysQuery, removeKey } from '../api/login.ts';
import { Moment } from '../clock/moment.tsx';
import { CodeDialog } from '../kit/code-dialog.tsx';
import { CopyLine } from '../kit/copy-line.tsx';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { usePageTitle } from '../kit/page-title.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { Say } from '../language/say.tsx';
import { AddKey } from './add-key.tsx';
import { Passkeys } from './passkeys.tsx';

export function Keys() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const keys = useQuery(keysQuery);
  const [removing, setRemoving] = useState<PublicKey | undefined>();
  const changed = () => client.invalidateQueries(keysQuery);
  usePageTitle(t('keys.title'));
  const count = keys.data?.length ?? 0;
  return (
    <div className="read stack g4">
      <header className="page-head">
        <div>
          <h1>{t('keys.title')}</h1>
          <p className="t2">
            {count === 0 ? t('keys.none') : <Say id="keys.lead" values={{ count }} />} {t('keys.why')}
          </p>
        </div>
      </header>
      <ProblemNote error={keys.error} />
      {keys.isPending && <Loading lines={3} />}
      {count > 0 && <KeyList keys={keys.data ?? []} onRemove={setRemoving} />}
      {keys.data?.length === 0 && (
        <div className="stack">
          <p className="sm t2">{t('keys.empty')}</p>
          <CopyLine text="ssh-keygen -t ed25519" />
        </div>
      )}
      <AddKey
        onAdd={async (line, code) => {
          await addKey({ line, code });
          await changed();
        }}
      />
      <Passkeys />
      {removing !== undefined && (
        <CodeDialog
          title={t('keys.removeTitle')}
          act={t('keys.remove')}
          danger
          onAct={async ({ code }) => {
            await removeKey(removing.id, code);
            await changed();
          }}
          onClose={() => setRemoving(undefined)}
        >
          <p className="fp break">{removing.fingerprint}</p>
          <p className="t2">{t('keys.removeHint')}</p>
        </CodeDialog>
      )}
    </div>
  );
}

interface KeyListProps {
  readonly keys: readonly PublicKey[];
  readonly onRemove: (key: PublicKey) => void;
}

function KeyList({ keys, onRemove }: KeyListProps) {
  const { t } = useTranslation();
  return (
    <ul className="card lines">
      {keys.map((key) => (
        <li key={key.id}>
          <Icon name="key" className="t3" />
          <div className="grow">
            <p className="trunc">{key.comment === '' ? key.algorithm : key.comment}</p>
            <p className="fp trunc" title={key.fingerprint}>
              {key.algorithm} {key.fingerprint}
            </p>
            <p className="xs t3">
              {t('keys.added')} <Moment at={key.createdAt} form="date" />
            </p>
          </div>
          <button type="button" className="btn danger-quiet sm" onClick={() => onRemove(key)}>
            {t('keys.remove')}
          </button>
        </li>
      ))}
    </ul>
  );
}
