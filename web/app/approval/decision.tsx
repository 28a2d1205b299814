// The decision: approve or refuse what waits; revoke what was approved. Fixed to the foot of the phone.

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { approveTicket, refuseTicket, revokeTicket } from '../api/tickets.ts';
import { useCentreClock } from '../clock/centre-clock.tsx';
import { CodeDialog } from '../kit/code-dialog.tsx';
import { Icon } from '../kit/icon.tsx';
import { useTicketChanged } from '../tickets/ticket-changed.ts';
import { useSpokenMoment } from '../tickets/ticket-sentence.tsx';
import { NarrowFields } from './narrow-fields.tsx';
import { asAsked, narrowingBody } from './narrowing.ts';

type Asking = 'approve' | 'refuse' | 'revoke';

interface DecisionProps {
  readonly ticket: Ticket;
}

export function Decision({ ticket }: DecisionProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<Asking | undefined>();
  const close = () => setAsking(undefined);
  const may = actsOn(ticket);
  if (!may.refuse && !may.revoke) return null;
  return (
    <>
      <footer className="foot-bar">
        {may.refuse && (
          <button type="button" className="btn danger-quiet" onClick={() => setAsking('refuse')}>
            {t('approval.refuse')}
          </button>
        )}
        {may.approve && (
          <button type="button" className="btn primary grow" onClick={() => setAsking('approve')}>
            {t('approval.approve')}
          </button>
        )}
        {may.revoke && (
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

function actsOn({ state, window, route }: Ticket) {
  const waits = state === 'submitted' || state === 'filed';
  const filingFirst = state === 'submitted' && route?.filing === true;
  return {
    approve: waits && !filingFirst && window !== 'after',
    refuse: waits,
    revoke: state === 'approved' && window !== 'after',
  };
}

interface SheetProps extends DecisionProps {
  readonly onClose: () => void;
}

function Approve({ ticket, onClose }: SheetProps) {
  const { t } = useTranslation();
  const when = useSpokenMoment();
  const { zone } = useCentreClock();
  const changed = useTicketChanged();
  // The hash of what was read when the sheet opened: if the ticket changes meanwhile, the server must refuse.
  const [hash] = useState(ticket.shown?.hash ?? '');
  const [narrowing, setNarrowing] = useState(() => asAsked(ticket, zone));
  const before = ticket.window === 'before';
  const missing = (ticket.route?.approvals ?? 1) - ticket.approvals.length - 1;
  return (
    <CodeDialog
      title={t('approval.sheet')}
      act={t('approval.approve')}
      onAct={async ({ code }) =>
        changed(await approveTicket(ticket.id, hash, narrowingBody(ticket, narrowing, zone), code))
      }
      onClose={onClose}
    >
      <ul className="will">
        <li>
          <Icon name="clock" />
          <span>
            {missing > 0
              ? t('approval.willSecond')
              : before
                ? t('approval.willBefore', { when: when(ticket.windowStart) })
                : t('approval.willNow')}
          </span>
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
      <NarrowFields ticket={ticket} value={narrowing} onChange={setNarrowing} />
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
