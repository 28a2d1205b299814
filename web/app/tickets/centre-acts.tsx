// What people of the centre do with a ticket besides the head's decision: file it, confirm an emergency, accept what was
// done or send it back, review an emergency.

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ticket, Verdict } from '../../contract/tickets.ts';
import { acceptTicket, fileTicket, refuseTicket, reviewTicket, sendBackTicket } from '../api/tickets.ts';
import { Decision } from '../approval/decision.tsx';
import { useStandsIn } from '../arrangements/standing-in.ts';
import { CodeDialog } from '../kit/code-dialog.tsx';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { useMe } from '../shell/me.ts';
import { useTicketChanged } from './ticket-changed.ts';

type Asking = 'file' | 'refuse' | 'accept' | 'send-back' | Verdict;

export function CentreActs({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const { role } = useMe();
  const [asking, setAsking] = useState<Asking | undefined>();
  const may = actsOn(ticket, role, useStandsIn());
  const close = () => setAsking(undefined);
  const button = (
    act: Asking,
    word: 'file' | 'refuse' | 'accept' | 'sendBack' | 'justified' | 'notJustified',
    look = 'btn',
  ) => (
    <button type="button" className={look} onClick={() => setAsking(act)}>
      {t(`stages.act.${word}`)}
    </button>
  );
  if (!may.file && !may.accept && !may.review && !may.confirm) return null;
  return (
    <>
      {(may.file || may.accept || may.review) && (
        <div className="row wrap">
          {may.file && button('file', 'file', 'btn primary')}
          {may.file && button('refuse', 'refuse', 'btn danger-quiet')}
          {may.accept && button('accept', 'accept', 'btn primary')}
          {may.accept && button('send-back', 'sendBack')}
          {may.review && button('justified', 'justified', 'btn primary')}
          {may.review && button('not-justified', 'notJustified')}
        </div>
      )}
      {may.confirm && <Decision ticket={ticket} />}
      {asking !== undefined && <Sheet ticket={ticket} asking={asking} onClose={close} />}
    </>
  );
}

function actsOn({ state, route, emergencyReview }: Ticket, role: string, deputy: boolean) {
  const section = role === 'section';
  return {
    file: section && state === 'submitted' && route?.filing === true,
    // The head has the decision at the foot of the page anyway.
    confirm:
      section &&
      ((state === 'submitted' && route?.emergency === true) || (deputy && state !== 'draft' && state !== 'reported')),
    accept: (section || role === 'head') && state === 'reported',
    review: (role === 'head' || deputy) && emergencyReview !== null && emergencyReview.review === null,
  };
}

interface SheetProps {
  readonly ticket: Ticket;
  readonly asking: Asking;
  readonly onClose: () => void;
}

function Sheet({ ticket, asking, onClose }: SheetProps) {
  const { t } = useTranslation();
  const changed = useTicketChanged();
  const { id } = ticket;
  if (asking === 'file' || asking === 'accept') {
    const act = asking === 'file' ? fileTicket : acceptTicket;
    return (
      <ConfirmDialog
        title={t(`stages.${asking}Title`)}
        act={t(`stages.act.${asking}`)}
        danger={false}
        onAct={async () => changed(await act(id))}
        onClose={onClose}
      >
        <p className="t2 left">{t(`stages.${asking}Say`)}</p>
      </ConfirmDialog>
    );
  }
  const acts = {
    refuse: (reason: string) => refuseTicket(id, reason),
    'send-back': (reason: string) => sendBackTicket(id, reason),
    justified: (note: string) => reviewTicket(id, { verdict: 'justified', note }),
    'not-justified': (note: string) => reviewTicket(id, { verdict: 'not-justified', note }),
  } as const;
  const words = {
    refuse: 'refuse',
    'send-back': 'sendBack',
    justified: 'justified',
    'not-justified': 'notJustified',
  } as const;
  return (
    <CodeDialog
      title={t(`stages.act.${words[asking]}`)}
      act={t(`stages.act.${words[asking]}`)}
      asks="reason"
      danger={asking !== 'justified'}
      onAct={async ({ reason }) => changed(await acts[asking](reason))}
      onClose={onClose}
    >
      <p className="t2 left">{t(`stages.${words[asking]}Say`)}</p>
    </CodeDialog>
  );
}
