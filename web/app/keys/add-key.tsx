// Registering a public key: the line first, then the code.

import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SecondFactor } from '../../contract/words.ts';
import { CodeDialog } from '../kit/code-dialog.tsx';
import { TextField } from '../kit/text-field.tsx';

export function AddKey({ onAdd }: { readonly onAdd: (line: string, code: SecondFactor) => Promise<void> }) {
  const { t } = useTranslation();
  const [line, setLine] = useState('');
  const [tried, setTried] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const fault = faultOf(line.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (fault === undefined) setConfirming(true);
  };
  return (
    <form className="stack g3" onSubmit={submit} noValidate>
      <TextField
        label={t('keys.line')}
        hint={t('keys.lineHint')}
        error={tried && fault !== undefined ? t(fault) : undefined}
        mono
        lines={3}
        value={line}
        onChange={setLine}
      />
      <div>
        <button type="submit" className="btn primary">
          {t('keys.add')}
        </button>
      </div>
      {confirming && (
        <CodeDialog
          title={t('keys.add')}
          act={t('keys.add')}
          onAct={({ code }) => onAdd(line.trim(), code)}
          onDone={() => {
            setConfirming(false);
            setTried(false);
            setLine('');
          }}
          onClose={() => setConfirming(false)}
        >
          <p className="t2">{t('keys.confirmAdd')}</p>
        </CodeDialog>
      )}
    </form>
  );
}

function faultOf(line: string) {
  if (/PRIVATE KEY/.test(line)) return 'keys.linePrivate';
  const shaped = /^(ssh-(ed25519|rsa)|ecdsa-sha2-\S+|sk-\S+)\s+[A-Za-z0-9+/=]+(\s.*)?$/.test(line);
  return shaped ? undefined : 'keys.lineShape';
}
