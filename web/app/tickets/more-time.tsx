// More time for the window that is open: who works asks, the head grants or refuses. Nothing is cut by it.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Extension } from '../../contract/extensions.ts';
import type { Ticket } from '../../contract/tickets.ts';
import { askForTime, extensionsQuery, grantTime, refuseTime, withdrawWish } from '../api/extensions.ts';
import { ticketQuery } from '../api/tickets.ts';
import { useStandsIn } from '../arrangements/standing-in.ts';
import { Moment } from '../clock/moment.tsx';
import { CodeDialog } from '../kit/code-dialog.tsx';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { Icon } from '../kit/icon.tsx';
import { useMe } from '../shell/me.ts';

type Asking =
  | { readonly act: 'ask' }
  | { readonly act: 'grant' | 'refuse' | 'withdraw'; readonly extension: Extension };

export function MoreTime({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useTranslation();
  const me = useMe();
  const open = ticket.state === 'approved' && ticket.window === 'inside';
  const { data = [] } = useQuery({ ...extensionsQuery(ticket.id), enabled: ticket.route !== null });
  const [asking, setAsking] = useState<Asking>();
  const works = [ticket.requester, ...ticket.terms.companions].some(({ id }) => id === me.id);
  const waiting = data.some(({ state }) => state === 'asked');
  const mayAsk = works && open && !waiting;
  if (data.length === 0 && !mayAsk) return null;
  return (
    <section className="card bd stack g2">
      <h2 className="cap">{t('extend.title')}</h2>
      {data.map((extension) => (
        <div key={extension.id} className="stack g1">
          <p className="row wrap">
            <Icon name={extension.state === 'granted' ? 'circle-check' : 'hourglass'} className="t3" />
            <b>{t(`extend.state.${extension.state}`)}</b>
            <span>
              {t('extend.until')} <Moment at={extension.until} form="date" />
            </span>
            <span className="t3 xs">{extension.asker.displayName}</span>
          </p>
          <p className="t2 sm">{extension.decisionReason ?? extension.reason}</p>
          {extension.state === 'asked' && <Acts extension={extension} works={works} onAsk={setAsking} />}
        </div>
      ))}
      {mayAsk && (
        <button type="button" className="btn sm" onClick={() => setAsking({ act: 'ask' })}>
          <Icon name="clock" />
          {t('extend.ask')}
        </button>
      )}
      {asking !== undefined && <Sheet ticket={ticket} asking={asking} onClose={() => setAsking(undefined)} />}
    </section>
  );
}

interface ActsProps {
  readonly extension: Extension;
  readonly works: boolean;
  readonly onAsk: (asking: Asking) => void;
}

function Acts({ extension, works, onAsk }: ActsProps) {
  const { t } = useTranslation();
  const standsIn = useStandsIn();
  const head = useMe().role === 'head' || standsIn;
  const button = (act: 'grant' | 'refuse' | 'withdraw', look: string) => (
    <button type="button" className={look} onClick={() => onAsk({ act, extension })}>
      {t(`extend.${act}`)}
    </button>
  );
  return (
    <div className="row wrap">
      {head && button('grant', 'btn primary sm')}
      {head && button('refuse', 'btn danger-quiet sm')}
      {works && button('withdraw', 'btn ghost sm')}
    </div>
  );
}

interface SheetProps {
  readonly ticket: Ticket;
  readonly asking: Asking;
  readonly onClose: () => void;
}

function Sheet({ ticket, asking, onClose }: SheetProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const done = async (): Promise<void> => {
    await client.invalidateQueries({ queryKey: extensionsQuery(ticket.id).queryKey });
    await client.invalidateQueries({ queryKey: ticketQuery(ticket.id).queryKey });
  };
  if (asking.act === 'ask') return <Ask ticket={ticket} onDone={done} onClose={onClose} />;
  const { id } = asking.extension;
  if (asking.act === 'withdraw') {
    const act = async () => withdrawWish(id).then(done);
    return (
      <ConfirmDialog title={t('extend.withdraw')} act={t('extend.withdraw')} onAct={act} onClose={onClose}>
        <p className="t2 left">{t('extend.withdrawSay')}</p>
      </ConfirmDialog>
    );
  }
  const granting = asking.act === 'grant';
  return (
    <CodeDialog
      title={t(granting ? 'extend.grant' : 'extend.refuse')}
      act={t(granting ? 'extend.grant' : 'extend.refuse')}
      asks={granting ? 'code' : 'reason'}
      danger={!granting}
      onAct={async ({ code, reason }) => (granting ? grantTime(id, code) : refuseTime(id, reason)).then(done)}
      onClose={onClose}
    >
      <p className="t2 left">{t(granting ? 'extend.grantSay' : 'extend.refuseSay')}</p>
    </CodeDialog>
  );
}

const MINUTES = [15, 30, 60, 120] as const;

interface AskProps {
  readonly ticket: Ticket;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}

function Ask({ ticket, onDone, onClose }: AskProps) {
  const { t } = useTranslation();
  const [minutes, setMinutes] = useState<number>(30);
  return (
    <CodeDialog
      title={t('extend.ask')}
      act={t('extend.ask')}
      asks="reason"
      onAct={async ({ reason }) => askForTime(ticket.id, minutes, reason).then(onDone)}
      onClose={onClose}
    >
      <p className="t2 left">{t('extend.askSay')}</p>
      <fieldset className="row wrap bare" aria-label={t('extend.howLong')}>
        {MINUTES.map((each) => (
          <button
            key={each}
            type="button"
            className={each === minutes ? 'chip on' : 'chip'}
            aria-pressed={each === minutes}
            onClick={() => setMinutes(each)}
          >
            {t('time.minutes', { count: each })}
          </button>
        ))}
      </fieldset>
    </CodeDialog>
  );
}
