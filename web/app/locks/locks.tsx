// What is shut out now, and the button that shuts something out at once.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Lock, LockReceipt } from '../../contract/locks.ts';
import { liftLock, locksQuery } from '../api/locks.ts';
import { Moment } from '../clock/moment.tsx';
import { CodeDialog } from '../kit/code-dialog.tsx';
import { Empty } from '../kit/empty.tsx';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { usePageTitle } from '../kit/page-title.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { useMe } from '../shell/me.ts';
import { LockDialog } from './lock-dialog.tsx';
import { LockReceiptDialog } from './lock-receipt.tsx';

export function Locks() {
  const { t } = useTranslation();
  const { role } = useMe();
  const query = useQuery(locksQuery);
  const [placing, setPlacing] = useState(false);
  const [receipt, setReceipt] = useState<LockReceipt>();
  const [lifting, setLifting] = useState<Lock>();
  const may = role !== 'auditor';
  usePageTitle(t('locks.title'));
  return (
    <div className="read stack g5">
      <header className="page-head">
        <div>
          <h1>{t('locks.title')}</h1>
          <p className="t2">{t('locks.say')}</p>
        </div>
        {may && (
          <button type="button" className="btn danger" onClick={() => setPlacing(true)}>
            <Icon name="ban" />
            {t('locks.place')}
          </button>
        )}
      </header>
      <ProblemNote error={query.error} />
      {query.isPending && <Loading lines={3} />}
      {query.data?.length === 0 && (
        <Empty icon="lock" title={t('locks.none')}>
          {may && t('locks.noneSay')}
        </Empty>
      )}
      {query.data?.map((lock) => (
        <LockCard key={lock.id} lock={lock} onLift={may ? () => setLifting(lock) : undefined} />
      ))}
      {placing && (
        <LockDialog
          onPlaced={(placed) => {
            setPlacing(false);
            setReceipt(placed);
          }}
          onClose={() => setPlacing(false)}
        />
      )}
      {receipt !== undefined && <LockReceiptDialog receipt={receipt} onClose={() => setReceipt(undefined)} />}
      {lifting !== undefined && <Lift lock={lifting} onClose={() => setLifting(undefined)} />}
    </div>
  );
}

function LockCard({ lock, onLift }: { readonly lock: Lock; readonly onLift: (() => void) | undefined }) {
  const { t } = useTranslation();
  return (
    <section className="card bd stack g2">
      <div className="row wrap">
        <Icon name="ban" className="c-refused" />
        <h2 className="lg">{t(`locks.what.${lock.scope}`, { name: lock.name ?? '' })}</h2>
        {onLift !== undefined && (
          <button type="button" className="btn sm end" onClick={onLift}>
            {t(lock.liftAskedBy === null ? 'locks.lift' : 'locks.agree')}
          </button>
        )}
      </div>
      <p>{lock.reason}</p>
      <p className="t2 sm">
        {t('locks.by', { name: lock.placedBy.displayName })} <Moment at={lock.placedAt} form="date" />
        {' · '}
        {t('locks.until')} <Moment at={lock.endsAt} form="date" />
      </p>
      {lock.liftAskedBy !== null && (
        <p className="st s-closing">{t('locks.asked', { name: lock.liftAskedBy.displayName })}</p>
      )}
    </section>
  );
}

function Lift({ lock, onClose }: { readonly lock: Lock; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return (
    <CodeDialog
      title={t('locks.liftTitle')}
      act={t(lock.liftAskedBy === null ? 'locks.lift' : 'locks.agree')}
      danger
      onAct={async ({ code }) => client.setQueryData(locksQuery.queryKey, await liftLock(lock.id, code))}
      onClose={onClose}
    >
      <p className="left">{t(`locks.what.${lock.scope}`, { name: lock.name ?? '' })}</p>
      <p className="t2 left">{t(lock.scope === 'everything' ? 'locks.liftAllSay' : 'locks.liftSay')}</p>
    </CodeDialog>
  );
}
