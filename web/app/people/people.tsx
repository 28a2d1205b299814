// Everybody with an account. The administrator invites and removes; the head and the auditor read.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, DepartureReceipt, Invited } from '../../contract/people.ts';
import { accountsQuery } from '../api/people.ts';
import { Empty } from '../kit/empty.tsx';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { usePageTitle } from '../kit/page-title.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { Say } from '../language/say.tsx';
import { useMe } from '../shell/me.ts';
import { DepartDialog } from './depart-dialog.tsx';
import { IdentifyDialog } from './identify-dialog.tsx';
import { InviteAgainDialog, InviteDialog } from './invite-dialog.tsx';
import { LinkDialog } from './link-dialog.tsx';
import { PeopleTable } from './people-table.tsx';
import { ReceiptDialog } from './receipt-dialog.tsx';

/** One dialog at a time; each leads to the next. */
type Step =
  | { readonly name: 'invite' }
  | { readonly name: 'link'; readonly invited: Invited }
  | { readonly name: 'invite-again' | 'identify' | 'depart'; readonly account: Account }
  | { readonly name: 'receipt'; readonly receipt: DepartureReceipt };

export function People() {
  const { t } = useTranslation();
  const people = useQuery(accountsQuery);
  const { role } = useMe();
  const admin = role === 'admin';
  const [step, setStep] = useState<Step | undefined>();
  const [departed, setDeparted] = useState(false);
  usePageTitle(t('people.title'));
  const shown = people.data?.filter((account) => departed || account.state !== 'departed');
  return (
    <>
      <header className="page-head">
        <h1>{t('people.title')}</h1>
        {admin && (
          <button type="button" className="btn primary" onClick={() => setStep({ name: 'invite' })}>
            <Icon name="plus" />
            {t('people.invite')}
          </button>
        )}
      </header>
      <PeopleSentence />
      <ProblemNote error={people.error} />
      {people.isPending && <Loading lines={6} />}
      {shown?.length === 0 && <Empty icon="users" title={t('people.empty')} />}
      {shown !== undefined && shown.length > 0 && (
        <PeopleTable people={shown} onAct={admin || role === 'head' ? setStep : undefined} />
      )}
      <label className="check sm row">
        <input type="checkbox" checked={departed} onChange={(event) => setDeparted(event.target.checked)} />
        {t('people.showDeparted')}
      </label>
      {step !== undefined && <StepDialog step={step} go={setStep} />}
    </>
  );
}

export function PeopleSentence() {
  const { t } = useTranslation();
  const people = useQuery(accountsQuery).data;
  if (people === undefined) return null;
  const invited = people.filter((account) => account.state === 'invited').length;
  return (
    <p className="lg t2">
      <Say id="home.people" values={{ count: people.filter((account) => account.state === 'active').length }} />{' '}
      {invited > 0 && t('home.invited', { count: invited })}
    </p>
  );
}

function StepDialog({ step, go }: { readonly step: Step; readonly go: (next: Step | undefined) => void }) {
  const close = () => go(undefined);
  const showLink = (invited: Invited) => go({ name: 'link', invited });
  switch (step.name) {
    case 'invite':
      return <InviteDialog onInvited={showLink} onClose={close} />;
    case 'identify':
      return <IdentifyDialog account={step.account} onClose={close} />;
    case 'invite-again':
      return <InviteAgainDialog account={step.account} onInvited={showLink} onClose={close} />;
    case 'link':
      return <LinkDialog invited={step.invited} onClose={close} />;
    case 'depart':
      return (
        <DepartDialog
          account={step.account}
          onDeparted={(receipt) => go({ name: 'receipt', receipt })}
          onClose={close}
        />
      );
    case 'receipt':
      return <ReceiptDialog receipt={step.receipt} onClose={close} />;
  }
}
