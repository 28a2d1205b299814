// A new change ticket, or one that is written anew. Errors stand beside their fields; what is typed is kept on the server
// while it is typed, until the ticket is saved.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { ticketQuery } from '../api/tickets.ts';
import { AttachmentFields } from '../attachments/attachment-fields.tsx';
import { useCentreClock } from '../clock/centre-clock.tsx';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { usePageTitle } from '../kit/page-title.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { isRestoring, restoringDraft } from '../originals/restoring.ts';
import { checkDraft, type Draft, type DraftProblem, draftLike, draftOf, EMPTY, keepDraft, keptDraft } from './draft.ts';
import { type KeptForm, KeptForms, useKeptOnServer } from './kept-forms.tsx';
import { TicketFields } from './ticket-fields.tsx';
import { useSaving } from './use-saving.ts';

const route = getRouteApi('/inside/tickets/new');

export function NewTicket() {
  const { t } = useTranslation();
  const { from, revise, ...asked } = route.useSearch();
  const { zone } = useCentreClock();
  const restoring = isRestoring(asked) ? asked : undefined;
  const other = revise ?? from ?? restoring?.restore;
  const source = useQuery({ ...ticketQuery(other ?? ''), enabled: other !== undefined });
  const [chosen, setChosen] = useState<KeptForm | undefined>();
  const draftFrom = (ticket: Ticket): Draft => {
    if (revise !== undefined) return draftOf(ticket, zone);
    return restoring === undefined ? draftLike(ticket) : restoringDraft(t, ticket, restoring);
  };
  usePageTitle(t('form.title'));
  if (other !== undefined && source.isPending) return <Loading lines={6} />;
  const like = source.data && draftFrom(source.data);
  return (
    <div className="read">
      <header className="page-head">
        <div>
          <h1>{t(revise === undefined ? 'form.title' : 'form.reviseTitle')}</h1>
          <p className="t2">{t(revise === undefined ? 'form.lead' : 'form.reviseLead')}</p>
        </div>
      </header>
      {restoring !== undefined && <RestoringNote known={like !== undefined} />}
      {other === undefined && <KeptForms onChoose={setChosen} />}
      <TicketForm
        key={chosen?.id ?? ''}
        initial={chosen?.draft ?? like ?? keptDraft() ?? EMPTY}
        form={chosen?.id}
        revised={revise === undefined ? undefined : source.data}
      />
    </div>
  );
}

/** What the link of a kept original filled in, or that it leads nowhere. */
function RestoringNote({ known }: { readonly known: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={known ? 'note s-accent' : 'note s-warning'} role="status">
      <Icon name={known ? 'info-circle' : 'alert-triangle'} />
      <p>{t(known ? 'originals.restoring' : 'originals.restoreUnknown')}</p>
    </div>
  );
}

interface TicketFormProps {
  readonly initial: Draft;
  /** Under which the server keeps it already. */
  readonly form: string | undefined;
  /** The ticket that is written anew. */
  readonly revised: Ticket | undefined;
}

function TicketForm({ initial, form: kept, revised }: TicketFormProps) {
  const { t } = useTranslation();
  const clock = useCentreClock();
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(initial);
  const [problems, setProblems] = useState<readonly DraftProblem[]>([]);
  const keeping = useKeptOnServer(draft, initial, kept);
  const { saving, uploads, present, removed, setRemoved } = useSaving(revised, keeping.discard);
  useEffect(() => keepDraft(draft === EMPTY ? undefined : draft), [draft]);
  const send = (submit: boolean) => {
    const checked = checkDraft(draft, clock.zone, clock.now());
    if (!('purpose' in checked)) {
      setProblems(checked);
      window.setTimeout(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
      return;
    }
    setProblems([]);
    if (!saving.isPending) saving.mutate({ body: checked, submit });
  };
  return (
    <form
      ref={form}
      className="stack g5"
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        send(true);
      }}
    >
      <TicketFields draft={draft} problems={problems} onChange={(change) => setDraft({ ...draft, ...change })} />
      <AttachmentFields present={present} removed={removed} uploads={uploads} onRemoved={setRemoved} />
      {uploads.refused === undefined && <ProblemNote error={saving.error} />}
      <div className="form-acts">
        <button type="submit" className="btn primary big" disabled={saving.isPending}>
          {t('form.submit')}
        </button>
        <button type="button" className="btn big" disabled={saving.isPending} onClick={() => send(false)}>
          {t('form.save')}
        </button>
        <button
          type="button"
          className="btn ghost"
          onClick={() => {
            setDraft(EMPTY);
            uploads.files.forEach(uploads.drop);
          }}
        >
          {t('form.clear')}
        </button>
      </div>
      <p className="hint">
        {t(keeping.kept ? 'form.keptOnServer' : 'form.kept')} {t('ticket.submitHint')}
      </p>
    </form>
  );
}
