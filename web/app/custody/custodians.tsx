// The custodians in office; the head appoints and removes.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Custodian } from '../../contract/custody.ts';
import { appointCustodian, custodiansQuery, removeCustodian } from '../api/custody.ts';
import { accountsQuery } from '../api/people.ts';
import { Moment } from '../clock/moment.tsx';
import { CodeDialog } from '../kit/code-dialog.tsx';
import { Field } from '../kit/field.tsx';
import { Icon } from '../kit/icon.tsx';
import { PersonName } from '../kit/person-name.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { useMe } from '../shell/me.ts';

const NEEDED = 2;

export function Custodians() {
  const { t } = useTranslation();
  const head = useMe().role === 'head';
  const query = useQuery(custodiansQuery);
  const [appointing, setAppointing] = useState(false);
  const [leaving, setLeaving] = useState<Custodian>();
  const custodians = query.data ?? [];
  return (
    <section className="card bd stack g3">
      <ProblemNote error={query.error} />
      {query.data !== undefined && custodians.length < NEEDED && (
        <p className="note s-warning">{t('custody.tooFew', { count: custodians.length })}</p>
      )}
      {custodians.map((custodian) => (
        <p key={custodian.person.id} className="row wrap">
          <PersonName person={custodian.person} />
          <span className="xs t3">
            {t('custody.since')} <Moment at={custodian.appointedAt} form="date" />
          </span>
          <code className="xs t3" title={custodian.recipient}>
            {custodian.recipient.slice(0, 16)}…
          </code>
          {head && (
            <button type="button" className="btn ghost sm end" onClick={() => setLeaving(custodian)}>
              {t('custody.remove')}
            </button>
          )}
        </p>
      ))}
      {head && (
        <button type="button" className="btn sm" onClick={() => setAppointing(true)}>
          <Icon name="plus" />
          {t('custody.appoint')}
        </button>
      )}
      {appointing && <Appoint taken={custodians} onClose={() => setAppointing(false)} />}
      {leaving !== undefined && <Remove custodian={leaving} onClose={() => setLeaving(undefined)} />}
    </section>
  );
}

function Appoint({ taken, onClose }: { readonly taken: readonly Custodian[]; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const people = useQuery(accountsQuery).data ?? [];
  const [account, setAccount] = useState('');
  const [recipient, setRecipient] = useState('');
  const ids = { account: useId(), recipient: useId() };
  const fitting = people.filter(
    ({ person, state }) =>
      state === 'active' &&
      person.vendor === null &&
      ['head', 'section', 'auditor'].includes(person.role) &&
      !taken.some((custodian) => custodian.person.id === person.id),
  );
  const chosen = account === '' ? (fitting[0]?.person.id ?? '') : account;
  return (
    <CodeDialog
      title={t('custody.appointTitle')}
      act={t('custody.appoint')}
      onAct={async ({ code }) => {
        await appointCustodian({ account: chosen, recipient: recipient.trim(), code });
        await client.invalidateQueries({ queryKey: custodiansQuery.queryKey });
      }}
      onClose={onClose}
    >
      <p className="t2 left">{t('custody.appointSay')}</p>
      <Field id={ids.account} label={t('custody.person')}>
        <select id={ids.account} className="input" value={chosen} onChange={(event) => setAccount(event.target.value)}>
          {fitting.map(({ person }) => (
            <option key={person.id} value={person.id}>
              {person.displayName}
            </option>
          ))}
        </select>
      </Field>
      <Field id={ids.recipient} label={t('custody.key')} hint={t('custody.keyHint')}>
        <input
          id={ids.recipient}
          className="input mono"
          autoComplete="off"
          spellCheck={false}
          placeholder="age1…"
          value={recipient}
          onChange={(event) => setRecipient(event.target.value)}
        />
      </Field>
    </CodeDialog>
  );
}

function Remove({ custodian, onClose }: { readonly custodian: Custodian; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return (
    <CodeDialog
      title={t('custody.removeTitle')}
      act={t('custody.remove')}
      danger
      onAct={async ({ code }) => {
        await removeCustodian(custodian.person.id, code);
        await client.invalidateQueries({ queryKey: custodiansQuery.queryKey });
      }}
      onClose={onClose}
    >
      <p className="t2 left">{t('custody.removeSay', { who: custodian.person.displayName })}</p>
    </CodeDialog>
  );
}
