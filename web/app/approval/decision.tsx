// The decision: approve or refuse what waits; revoke what was approved. Fixed to the foot of the phone.

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { approveTicket, refuseTicket, revokeTicket } from '../api/tickets.ts';
import { CodeDialog } from '../kit/code-dialog.tsx';
import { Icon } from '../kit/icon.tsx';
import { useTicketChanged } from '../tickets/ticket-changed.ts';
import { useSpokenMoment } from '../tickets/ticket-sentence.tsx';

type Asking = 'approve' | 'refuse' | 'revoke';

interface DecisionProps {
  readonly ticket: Ticket;
}

export function Decision({ ticket }: DecisionProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<Asking | undefined>();
  const close = () => setAsking(undefined);
  const decidable = ticket.state === 'submitted' && ticket.window !== 'after';
  const refusable = ticket.state === 'submitted';
  const revocable = ticket.state === 'approved' && ticket.window !== 'after';
  if (!refusable && !revocable) return null;
  return (
    <>
      <footer className="foot-bar">
        {refusable && (
          <button type="button" className="btn danger-quiet" onClick={() => setAsking('refuse')}>
            {t('approval.refuse')}
          </button>
        )}
        {decidable && (
          <button type="button" className="btn primary grow" onClick={() => setAsking('approve')}>
            {t('approval.approve')}
          </button>
        )}
        {revocable && (
          <button type="button" className="btn danger grow" onClick={() => setAsking('revoke')}>
            <Icon name="hand-stop" />
            {t('approval.revoke')}
          </button>
        )}
      </footer>
      {asking === 'approve' && <Approve ticket={ticket} onClose={close} />}
      {asking === 'refuse' && <Refuse ticket={ticket} onClose={close} />}
      {asking === 'revoke' && <Revoke ticket={ticket} onClose={close} />}
    </>
  );
}

interface SheetProps extends DecisionProps {
  readonly onClose: () => void;
}

function Approve({ ticket, onClose }: SheetProps) {
  const { t } = useTranslation();
  const when = useSpokenMoment();
  const changed = useTicketChanged();
  // The hash the head saw when the sheet opened: if the ticket changes meanwhile, the server must refuse.
  const [hash] = useState(ticket.shown?.hash ?? '');
  const before = ticket.window === 'before';
  return (
    <CodeDialog
      title={t('approval.sheet')}
      act={t('approval.approve')}
      onAct={async ({ code }) => changed(await approveTicket(ticket.id, hash, code))}
      onClose={onClose}
    >
      <ul className="will">
        <li>
          <Icon name="clock" />
          <span>{before ? t('approval.willBefore', { when: when(ticket.windowStart) }) : t('approval.willNow')}</span>
        </li>
        <li>
          <Icon name="user" />
          <span>{t('approval.willSelf', { name: ticket.requester.displayName, when: when(ticket.windowEnd) })}</span>
        </li>
        <li>
          <Icon name="hand-stop" />
          <span>{t('approval.willRevoke')}</span>
        </li>
      </ul>
    </CodeDialog>
  );
}

function Refuse({ ticket, onClose }: SheetProps) {
  const { t } = useTranslation();
  const changed = useTicketChanged();
  return (
    <CodeDialog
      title={t('approval.refuseTitle')}
      act={t('approval.refuse')}
      asks="reason"
      danger
      onAct={async ({ reason }) => changed(await refuseTicket(ticket.id, reason))}
      onClose={onClose}
    >
      <p className="t2">{t('approval.refuseHint')}</p>
    </CodeDialog>
  );
}

function Revoke({ ticket, onClose }: SheetProps) {
  const { t } = useTranslation();
  const changed = useTicketChanged();
  const live = ticket.liveSessions;
  return (
    <CodeDialog
      title={t('approval.revokeTitle')}
      act={t('approval.revoke')}
      asks="reason-and-code"
      danger
      onAct={async ({ reason, code }) => changed(await revokeTicket(ticket.id, reason, code))}
      onClose={onClose}
    >
      <p>
        {live > 0 ? (
          <b className="c-refused">{t('approval.revokeCuts', { count: live })}</b>
        ) : (
          t('approval.revokeCutsNone')
        )}{' '}
        {t('approval.revokeHint')}
      </p>
    </CodeDialog>
  );
}
