// What was asked of records: the head decides, the auditor withdraws or downloads. `?open=true`: what is not over yet.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordRequest } from '../../contract/record-requests.ts';
import {
  approveRequest,
  destroyRecordings,
  downloadRequest,
  refuseRequest,
  requestsQuery,
  withdrawRequest,
} from '../api/records.ts';
import { Moment } from '../clock/moment.tsx';
import { CodeDialog } from '../kit/code-dialog.tsx';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { Empty } from '../kit/empty.tsx';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { usePageTitle } from '../kit/page-title.tsx';
import { PersonName } from '../kit/person-name.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { useMe } from '../shell/me.ts';

const route = getRouteApi('/inside/requests');

export function Requests() {
  const { t } = useTranslation();
  const { open } = route.useSearch();
  const query = useQuery(requestsQuery(open === true ? { open } : {}));
  const me = useMe();
  usePageTitle(t('requests.title'));
  return (
    <>
      <header className="page-head">
        <h1>{t('requests.title')}</h1>
      </header>
      <p className="t2">{t('requests.say')}</p>
      <nav className="filters">
        <Link to="/requests" className={open === true ? 'chip' : 'chip on'}>
          {t('act.all')}
        </Link>
        <Link to="/requests" search={{ open: true }} className={open === true ? 'chip on' : 'chip'}>
          {t('requests.openOnly')}
        </Link>
      </nav>
      <ProblemNote error={query.error} />
      {query.isPending && <Loading lines={5} />}
      {query.data?.length === 0 && (
        <Empty
          icon="download"
          title={t('requests.none')}
          hint={t(me.role === 'head' ? 'requests.noneHead' : 'requests.noneAuditor')}
        />
      )}
      <div className="stack g3">
        {query.data?.map((request) => (
          <Request key={request.id} request={request} />
        ))}
      </div>
    </>
  );
}

function Request({ request }: { readonly request: RecordRequest }) {
  const { t } = useTranslation();
  const { session, decider } = request;
  return (
    <article className="card bd stack g3">
      <p className="row wrap">
        <span className="chip">{t(`requestState.${request.state}`)}</span>
        <What request={request} />
        <Link to="/sessions/$id" params={{ id: session.id }} className="end">
          {session.target} · <span className="mono">{session.login}</span>
        </Link>
      </p>
      <p>{request.reason}</p>
      <p className="row wrap sm t2">
        <PersonName person={request.requester} /> <Moment at={request.createdAt} form="date" />
        {decider !== null && request.decidedAt !== null && (
          <span>
            {t('requests.decidedBy')} <PersonName person={decider} /> <Moment at={request.decidedAt} form="date" />
          </span>
        )}
        {request.state === 'approved' && request.expiresAt !== null && (
          <span>
            {t('requests.until')} <Moment at={request.expiresAt} form="date" />
          </span>
        )}
      </p>
      {request.decisionReason !== null && <p className="note s-refused">{request.decisionReason}</p>}
      <Acts request={request} />
    </article>
  );
}

function What({ request: { terms, sessions } }: { readonly request: RecordRequest }) {
  const { t } = useTranslation();
  if (terms === null) return <b>{t('requests.destroyOf', { count: sessions.length })}</b>;
  return (
    <>
      <b>{t(`exportFormat.${terms.format}`)}</b>
      <span className="xs t3">{t(`encoding.${terms.encoding}`)}</span>
    </>
  );
}

function Acts({ request }: { readonly request: RecordRequest }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [asking, setAsking] = useState<'approve' | 'refuse' | 'destroy' | undefined>();
  const changed = () => client.invalidateQueries({ queryKey: ['requests'] });
  const acting = useMutation({ mutationFn: (act: () => Promise<unknown>) => act(), onSettled: changed });
  const may = (act: RecordRequest['acts'][number]) => request.acts.includes(act);
  if (request.acts.length === 0) return null;
  return (
    <>
      <ProblemNote error={acting.error} />
      <p className="row wrap">
        {may('use') && request.kind === 'destroy' && (
          <button type="button" className="btn danger sm" onClick={() => setAsking('destroy')}>
            {t('requests.destroy')}
          </button>
        )}
        {may('use') && request.kind === 'export' && (
          <>
            <button
              type="button"
              className="btn primary sm"
              disabled={acting.isPending}
              onClick={() => acting.mutate(() => downloadRequest(request.id))}
            >
              <Icon name="download" />
              {t('requests.download')}
            </button>
            <span className="xs t2">{t('requests.downloadSay')}</span>
          </>
        )}
        {may('approve') && (
          <button type="button" className="btn primary sm" onClick={() => setAsking('approve')}>
            {t('requests.approve')}
          </button>
        )}
        {may('refuse') && (
          <button type="button" className="btn danger-quiet sm" onClick={() => setAsking('refuse')}>
            {t('requests.refuse')}
          </button>
        )}
        {may('withdraw') && (
          <button
            type="button"
            className="btn ghost sm"
            disabled={acting.isPending}
            onClick={() => acting.mutate(() => withdrawRequest(request.id))}
          >
            {t('requests.withdraw')}
          </button>
        )}
      </p>
      {asking === 'destroy' && (
        <ConfirmDialog
          title={t('requests.destroyTitle')}
          act={t('requests.destroy')}
          onAct={async () => {
            await destroyRecordings(request.id);
            await changed();
          }}
          onClose={() => setAsking(undefined)}
        >
          <p>{t('requests.destroySay', { count: request.sessions.length })}</p>
        </ConfirmDialog>
      )}
      {(asking === 'approve' || asking === 'refuse') && (
        <CodeDialog
          title={t(asking === 'approve' ? 'requests.approveTitle' : 'requests.refuseTitle')}
          act={t(asking === 'approve' ? 'requests.approve' : 'requests.refuse')}
          asks={asking === 'approve' ? 'code' : 'reason'}
          danger={asking === 'refuse' || request.kind === 'destroy'}
          onAct={async ({ code, reason }) => {
            await (asking === 'approve' ? approveRequest(request.id, code) : refuseRequest(request.id, reason));
            await changed();
          }}
          onClose={() => setAsking(undefined)}
        >
          {asking === 'approve' && <ApprovedThen request={request} />}
        </CodeDialog>
      )}
    </>
  );
}

/** What an approval lets happen. */
function ApprovedThen({ request: { terms, sessions, requester, session } }: { readonly request: RecordRequest }) {
  const { t } = useTranslation();
  const who = requester.displayName;
  if (terms === null) return <p>{t('requests.approveDestroySay', { who, count: sessions.length })}</p>;
  const where = `${session.login}@${session.target}`;
  return <p>{t('requests.approveSay', { who, where, what: t(`exportFormat.${terms.format}`) })}</p>;
}
