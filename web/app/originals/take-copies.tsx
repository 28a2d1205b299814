// For the requester within the window: a copy of each original that the ticket names.

import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Ticket, Tool } from '../../contract/tickets.ts';
import { takeOriginal } from '../api/originals.ts';
import { Icon } from '../kit/icon.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { ShortHash } from '../kit/short-hash.tsx';
import { useMe } from '../shell/me.ts';

export function TakeCopies({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const mine = useMe().id === ticket.requester.id;
  const { tools } = ticket.terms;
  if (!mine || ticket.state !== 'approved' || ticket.window !== 'inside' || tools.length === 0) return null;
  return (
    <section className="card" data-testid="take">
      <h2 className="hd">{t('originals.takeTitle')}</h2>
      <ul className="lines attachments">
        {tools.map((tool) => (
          <Take key={tool.sha256} ticket={ticket} tool={tool} />
        ))}
      </ul>
      <p className="hint bd safe">{t('originals.takeSay')}</p>
    </section>
  );
}

function Take({ ticket, tool: { name, sha256 } }: { readonly ticket: Ticket; readonly tool: Tool }) {
  const { t } = useTranslation();
  const taking = useMutation({ mutationFn: () => takeOriginal(ticket.id, sha256, name) });
  return (
    <li>
      <Icon name="file-text" className="t3" />
      <div className="grow">
        <p className="break">{name}</p>
        <p className="xs t3">
          <ShortHash hash={sha256} />
        </p>
      </div>
      <button type="button" className="btn quiet sm" onClick={() => taking.mutate()} disabled={taking.isPending}>
        <Icon name="download" />
        {t('originals.take')}
      </button>
      <ProblemNote error={taking.error} />
    </li>
  );
}
