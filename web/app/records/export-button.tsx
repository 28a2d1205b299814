// For the auditor, on the page of a session: asking to take its recording out, and what has become of it.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Encoding, ExportFormat } from '../../contract/record-requests.ts';
import type { Session } from '../../contract/sessions.ts';
import { askExport, requestsQuery } from '../api/records.ts';
import { CodeDialog } from '../kit/code-dialog.tsx';
import { Field } from '../kit/field.tsx';
import { Icon } from '../kit/icon.tsx';

const FORMATS: readonly ExportFormat[] = ['asciicast-v2', 'asciicast-v3', 'text', 'commands'];
const FILE_FORMATS: readonly ExportFormat[] = ['files-csv', 'files-json'];
const ENCODINGS: readonly Encoding[] = ['utf-8', 'gb18030'];

export function ExportButton({ session }: { readonly session: Session }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const open = useQuery(requestsQuery({ session: session.id, open: true })).data ?? [];
  return (
    <>
      {open.length > 0 && (
        <Link to="/requests" className="btn sm">
          {t('requests.title')} <span className="chip tiny">{open.length}</span>
        </Link>
      )}
      <button type="button" className="btn sm" onClick={() => setAsking(true)}>
        <Icon name="download" />
        {t('requests.ask')}
      </button>
      {asking && <Ask session={session} onClose={() => setAsking(false)} />}
    </>
  );
}

function Ask({ session, onClose }: { readonly session: Session; readonly onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const formats = session.kind === 'sftp' ? FILE_FORMATS : [...FORMATS, ...FILE_FORMATS];
  const [format, setFormat] = useState<ExportFormat>(formats[0] ?? 'text');
  const [encoding, setEncoding] = useState<Encoding>('utf-8');
  return (
    <CodeDialog
      title={t('requests.askTitle')}
      act={t('requests.askAct')}
      asks="reason"
      reasonLabel={t('requests.reason')}
      onAct={async ({ reason }) => {
        const language = i18n.language === 'en' ? 'en' : 'zh';
        await askExport(session.id, { format, encoding, language, reason });
        await client.invalidateQueries({ queryKey: ['requests'] });
      }}
      onClose={onClose}
    >
      <p className="t2">{t('requests.askSay')}</p>
      <Choice
        label={t('requests.format')}
        options={formats.map((each) => ({ value: each, text: t(`exportFormat.${each}`) }))}
        value={format}
        onChange={setFormat}
      />
      <Choice
        label={t('requests.encoding')}
        options={ENCODINGS.map((each) => ({ value: each, text: t(`encoding.${each}`) }))}
        value={encoding}
        onChange={setEncoding}
      />
    </CodeDialog>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

function Choice<T extends string>({ label, options, value, onChange }: ChoiceProps<T>) {
  const id = useId();
  return (
    <Field id={id} label={label}>
      <select
        id={id}
        className="input"
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </Field>
  );
}
