// For the administrator: how many people have access, and who they are.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { accountsQuery } from '../api/people.ts';
import { Loading } from '../kit/loading.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { Say } from '../language/say.tsx';
import { PeopleTable } from '../people/people-table.tsx';
import { More } from './more.tsx';

export function AdminHome() {
  const { t } = useTranslation();
  const people = useQuery(accountsQuery);
  if (people.data === undefined) return people.isError ? <ProblemNote error={people.error} /> : <Loading lines={6} />;
  const active = people.data.filter((account) => account.state === 'active').length;
  const invited = people.data.filter((account) => account.state === 'invited').length;
  return (
    <>
      <header className="page-head answer">
        <div>
          <h1 className="answer-say">
            <Say id="home.people" values={{ count: active }} />
          </h1>
          <p className="lg t2">{invited > 0 ? t('home.invited', { count: invited }) : t('home.departedHint')}</p>
        </div>
      </header>
      <More title={t('people.title')} to="/people" more={t('people.title')}>
        <PeopleTable
          people={people.data.filter((account) => account.state !== 'departed').slice(0, 10)}
          onAct={undefined}
        />
      </More>
    </>
  );
}
