// Tickets one is still writing, kept on the server while they are typed: another browser, or this one after a crash, goes
// on where one was.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { beginForm, discardForm, formsQuery, keepForm } from '../api/arrangements.ts';
import { Moment } from '../clock/moment.tsx';
import { Icon } from '../kit/icon.tsx';
import { type Draft, EMPTY, parseDraft } from './draft.ts';

export interface KeptForm {
  readonly id: string;
  readonly draft: Draft;
}

export function KeptForms({ onChoose }: { readonly onChoose: (form: KeptForm) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data = [] } = useQuery(formsQuery);
  const forms = data.flatMap(({ id, body, updatedAt }) => {
    const draft = parseDraft(body);
    return draft === undefined ? [] : [{ id, draft, updatedAt }];
  });
  if (forms.length === 0) return null;
  const discard = async (id: string) => {
    await discardForm(id);
    await client.invalidateQueries({ queryKey: formsQuery.queryKey });
  };
  return (
    <section className="card bd stack g2">
      <h2 className="cap">{t('form.goOn')}</h2>
      {forms.map(({ id, draft, updatedAt }) => (
        <p key={id} className="row wrap">
          <button type="button" className="chip" onClick={() => onChoose({ id, draft })}>
            {draft.purpose.trim() === '' ? t('form.unnamed') : draft.purpose}
          </button>
          <span className="t3 xs">
            <Moment at={updatedAt} form="date" />
          </span>
          <button type="button" className="iconbtn end" aria-label={t('form.discard')} onClick={() => void discard(id)}>
            <Icon name="x" />
          </button>
        </p>
      ))}
    </section>
  );
}

const PAUSE_MS = 1500;

/** Keeps what is typed a moment after the last key. `kept`: the server has it as it stands. */
export function useKeptOnServer(draft: Draft, initial: Draft, form: string | undefined) {
  const id = useRef(form);
  const [kept, setKept] = useState(false);
  useEffect(() => {
    setKept(false);
    if (draft === initial || draft === EMPTY) return;
    const timer = window.setTimeout(() => {
      const body = JSON.stringify(draft);
      const sending = id.current === undefined ? beginForm(body) : keepForm(id.current, body);
      sending.then(
        (saved) => {
          id.current = saved.id;
          setKept(true);
        },
        // The window keeps it, too; the next key tries again.
        () => undefined,
      );
    }, PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [draft, initial]);
  const discard = async () => {
    if (id.current !== undefined) await discardForm(id.current).catch(() => undefined);
    id.current = undefined;
  };
  return { kept, discard };
}
