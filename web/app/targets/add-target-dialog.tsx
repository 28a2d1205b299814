// Adding a target in two steps: read the host key, then a person compares the fingerprint before it is trusted.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ScanAnswer } from '../../contract/people.ts';
import { addTarget, scanTarget, targetsQuery } from '../api/people.ts';
import { CopyLine } from '../kit/copy-line.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { TextField } from '../kit/text-field.tsx';

interface Place {
  readonly name: string;
  readonly host: string;
  readonly port: string;
}

export function AddTargetDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [place, setPlace] = useState<Place>({ name: '', host: '', port: '22' });
  const at = { host: place.host.trim(), port: Number(place.port) };
  const scan = useMutation({ mutationFn: () => scanTarget(at) });
  const add = useMutation({
    mutationFn: (hostKey: string) => addTarget({ name: place.name.trim(), ...at, hostKey }),
    onSuccess: () => {
      void client.invalidateQueries(targetsQuery);
      onClose();
    },
  });
  return (
    <Dialog title={t('targets.add')} onClose={onClose} busy={add.isPending} wide>
      <div className="stack g4">
        {scan.data === undefined ? (
          <PlaceForm place={place} onChange={setPlace} onScan={() => scan.mutate()} busy={scan.isPending} />
        ) : (
          <Compare place={place} answer={scan.data} busy={add.isPending} onBack={scan.reset} onAdd={add.mutate} />
        )}
        <ProblemNote error={scan.error ?? add.error} />
      </div>
    </Dialog>
  );
}

interface PlaceFormProps {
  readonly place: Place;
  readonly busy: boolean;
  readonly onChange: (place: Place) => void;
  readonly onScan: () => void;
}

function PlaceForm({ place, busy, onChange, onScan }: PlaceFormProps) {
  const { t } = useTranslation();
  const [tried, setTried] = useState(false);
  const port = Number(place.port);
  const badPort = !Number.isInteger(port) || port < 1 || port > 65_535;
  const missing = (text: string) => (tried && text.trim() === '' ? t('targets.missing') : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (place.name.trim() !== '' && place.host.trim() !== '' && !badPort && !busy) onScan();
  };
  return (
    <form className="stack g4" onSubmit={submit} noValidate>
      <TextField
        label={t('targets.name')}
        hint={t('targets.nameHint')}
        value={place.name}
        error={missing(place.name)}
        onChange={(name) => onChange({ ...place, name })}
      />
      <div className="pair host-port">
        <TextField
          label={t('targets.host')}
          mono
          value={place.host}
          error={missing(place.host)}
          onChange={(host) => onChange({ ...place, host })}
        />
        <TextField
          label={t('targets.port')}
          mono
          numeric
          value={place.port}
          error={tried && badPort ? t('targets.badPort') : undefined}
          onChange={(next) => onChange({ ...place, port: next })}
        />
      </div>
      <p className="hint">{t('targets.scanHint')}</p>
      <div className="sheet-acts">
        <button type="submit" className="btn primary" disabled={busy}>
          {t(busy ? 'targets.scanning' : 'targets.scan')}
        </button>
      </div>
    </form>
  );
}

interface CompareProps {
  readonly place: Place;
  readonly answer: ScanAnswer;
  readonly busy: boolean;
  readonly onBack: () => void;
  readonly onAdd: (hostKey: string) => void;
}

function Compare({ place, answer, busy, onBack, onAdd }: CompareProps) {
  const { t } = useTranslation();
  const [compared, setCompared] = useState(false);
  const kind = answer.algorithm.replace(/^ssh-/, '').replace(/^ecdsa-.*/, 'ecdsa');
  return (
    <>
      <p>
        <b>{place.name}</b> <span className="mono t2">{`${place.host}:${place.port}`}</span>
      </p>
      <div className="fingerprint">
        <span className="xs t3">{answer.algorithm}</span>
        <p className="mono break">{answer.fingerprint}</p>
      </div>
      <div className="stack g1">
        <h3>{t('targets.compare')}</h3>
        <p className="hint">{t('targets.compareHint')}</p>
      </div>
      <CopyLine text={`ssh-keygen -lf /etc/ssh/ssh_host_${kind}_key.pub`} />
      <label className="check row">
        <input type="checkbox" checked={compared} onChange={(event) => setCompared(event.target.checked)} />
        {t('targets.matches')}
      </label>
      <div className="sheet-acts">
        <button type="button" className="btn ghost" onClick={onBack}>
          {t('act.back')}
        </button>
        <button
          type="button"
          className="btn primary"
          disabled={!compared || busy}
          onClick={() => onAdd(answer.hostKey)}
        >
          {t('targets.submit')}
        </button>
      </div>
    </>
  );
}
