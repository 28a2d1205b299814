// Registering a passkey: its name first, then a code, then what the browser shows.

import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CodeDialog } from '../kit/code-dialog.tsx';
import { TextField } from '../kit/text-field.tsx';

export function AddPasskey({ onAdd }: { readonly onAdd: (name: string, code: string) => Promise<void> }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [tried, setTried] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const missing = name.trim() === '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!missing) setConfirming(true);
  };
  return (
    <form className="stack g3" onSubmit={submit} noValidate>
      <TextField
        label={t('passkeys.name')}
        hint={t('passkeys.nameHint')}
        error={tried && missing ? t('passkeys.nameMissing') : undefined}
        value={name}
        onChange={(text) => setName(text.slice(0, 64))}
      />
      <div>
        <button type="submit" className="btn primary">
          {t('passkeys.add')}
        </button>
      </div>
      {confirming && (
        <CodeDialog
          title={t('passkeys.add')}
          act={t('passkeys.add')}
          codeOnly
          onAct={async ({ code }) => {
            if (typeof code !== 'string') throw new Error('expected a code');
            await onAdd(name.trim(), code);
          }}
          onDone={() => {
            setConfirming(false);
            setTried(false);
            setName('');
          }}
          onClose={() => setConfirming(false)}
        >
          <p className="t2">{t('passkeys.confirmAdd')}</p>
        </CodeDialog>
      )}
    </form>
  );
}
