// Servers and the accounts used on them.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Target } from '../../contract/people.ts';
import { targetsQuery } from '../api/people.ts';
import { Empty } from '../kit/empty.tsx';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { usePageTitle } from '../kit/page-title.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { Say } from '../language/say.tsx';
import { AddAccountDialog } from './add-account-dialog.tsx';
import { AddTargetDialog } from './add-target-dialog.tsx';

export function Targets() {
  const { t } = useTranslation();
  const targets = useQuery(targetsQuery);
  const [adding, setAdding] = useState<'target' | Target | undefined>();
  usePageTitle(t('targets.title'));
  const add = (
    <button type="button" className="btn primary" onClick={() => setAdding('target')}>
      <Icon name="plus" />
      {t('targets.add')}
    </button>
  );
  const some = targets.data !== undefined && targets.data.length > 0;
  return (
    <>
      <header className="page-head">
        <h1>{t('targets.title')}</h1>
        {some && add}
      </header>
      {some && (
        <p className="lg t2">
          <Say id="targets.lead" values={{ count: targets.data.length }} />
        </p>
      )}
      <ProblemNote error={targets.error} />
      {targets.isPending && <Loading lines={5} />}
      {targets.data?.length === 0 && (
        <Empty icon="server-2" title={t('targets.empty')} hint={t('targets.emptyHint')}>
          {add}
        </Empty>
      )}
      <div className="tiles">
        {targets.data?.map((target) => (
          <TargetCard key={target.id} target={target} onAdd={() => setAdding(target)} />
        ))}
      </div>
      {adding === 'target' && <AddTargetDialog onClose={() => setAdding(undefined)} />}
      {adding !== undefined && adding !== 'target' && (
        <AddAccountDialog target={adding} onClose={() => setAdding(undefined)} />
      )}
    </>
  );
}

function TargetCard({ target, onAdd }: { readonly target: Target; readonly onAdd: () => void }) {
  const { t } = useTranslation();
  return (
    <section className="card">
      <div className="hd">
        <Icon name="server-2" className="t3" />
        <h2 className="grow">{target.name}</h2>
        <span className="mono sm t2">
          {target.host}:{target.port}
        </span>
      </div>
      <ul className="lines">
        {target.accounts.map((account) => (
          <li key={account.id}>
            <Icon name="user" className="t3" />
            <span className="mono grow">{account.login}</span>
            <span className="sm t2">{t(`targets.${account.credentialKind}`)}</span>
          </li>
        ))}
        {target.accounts.length === 0 && <li className="t2 sm">{t('targets.noAccounts')}</li>}
      </ul>
      <div className="card-foot">
        <span className="fp trunc grow" title={target.hostKeyFingerprint}>
          {target.hostKeyAlgorithm} {target.hostKeyFingerprint}
        </span>
        <button type="button" className="btn sm" onClick={onAdd}>
          <Icon name="plus" />
          {t('targets.addAccount')}
        </button>
      </div>
    </section>
  );
}
