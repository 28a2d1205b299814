// Groups of targets, and what a ticket for them has to pass.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Routes, TargetGroup } from '../../contract/arrangements.ts';
import { addGroup, assignTarget, routesQuery, setGroup } from '../api/arrangements.ts';
import { CodeDialog } from '../kit/code-dialog.tsx';
import { describedBy, Field } from '../kit/field.tsx';
import { Icon } from '../kit/icon.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';

type Asking =
  | { readonly act: 'group'; readonly group: TargetGroup | undefined }
  | { readonly act: 'assign'; readonly target: Routes['targets'][number] };

export function RouteGroups({ mayArrange }: { readonly mayArrange: boolean }) {
  const { t } = useTranslation();
  const query = useQuery(routesQuery);
  const [asking, setAsking] = useState<Asking>();
  const { groups = [], targets = [] } = query.data ?? {};
  const close = () => setAsking(undefined);
  return (
    <section className="card bd stack g3">
      <h2 className="cap">{t('arrange.routes')}</h2>
      <p className="t2 sm">{t('arrange.routesSay')}</p>
      <ProblemNote error={query.error} />
      {groups.map((group) => (
        <div key={group.id} className="stack g1">
          <p className="row wrap">
            <Icon name="route" className="t3" />
            <b>{group.name}</b>
            <RouteWords group={group} />
            {mayArrange && (
              <button type="button" className="btn ghost sm end" onClick={() => setAsking({ act: 'group', group })}>
                {t('arrange.change')}
              </button>
            )}
          </p>
          <Members
            targets={targets.filter((target) => target.group === group.id)}
            mayArrange={mayArrange}
            onAsk={setAsking}
          />
        </div>
      ))}
      <div className="stack g1">
        <p className="row wrap">
          <Icon name="server-2" className="t3" />
          <b>{t('arrange.ungrouped')}</b>
          <span className="t2 sm">{t('arrange.oneHead')}</span>
        </p>
        <Members targets={targets.filter(({ group }) => group === null)} mayArrange={mayArrange} onAsk={setAsking} />
      </div>
      {mayArrange && (
        <button type="button" className="btn sm" onClick={() => setAsking({ act: 'group', group: undefined })}>
          <Icon name="plus" />
          {t('arrange.addGroup')}
        </button>
      )}
      {asking?.act === 'group' && <GroupSheet group={asking.group} onClose={close} />}
      {asking?.act === 'assign' && <AssignSheet target={asking.target} groups={groups} onClose={close} />}
    </section>
  );
}

function RouteWords({ group: { filing, approvals } }: { readonly group: TargetGroup }) {
  const { t } = useTranslation();
  const heads = t(approvals === 2 ? 'arrange.twoHeads' : 'arrange.oneHead');
  return <span className="t2 sm">{filing ? t('arrange.filingThen', { heads }) : heads}</span>;
}

interface MembersProps {
  readonly targets: Routes['targets'];
  readonly mayArrange: boolean;
  readonly onAsk: (asking: Asking) => void;
}

function Members({ targets, mayArrange, onAsk }: MembersProps) {
  const { t } = useTranslation();
  if (targets.length === 0) return <p className="t3 sm">{t('arrange.noTargets')}</p>;
  return (
    <p className="row wrap">
      {targets.map((target) =>
        mayArrange ? (
          <button key={target.id} type="button" className="chip" onClick={() => onAsk({ act: 'assign', target })}>
            {target.name}
          </button>
        ) : (
          <span key={target.id} className="chip">
            {target.name}
          </span>
        ),
      )}
    </p>
  );
}

function GroupSheet({ group, onClose }: { readonly group: TargetGroup | undefined; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const id = useId();
  const [name, setName] = useState(group?.name ?? '');
  const [filing, setFiling] = useState(group?.filing ?? false);
  const [two, setTwo] = useState(group?.approvals === 2);
  return (
    <CodeDialog
      title={t(group === undefined ? 'arrange.addGroup' : 'arrange.change')}
      act={t(group === undefined ? 'arrange.addGroup' : 'arrange.change')}
      onAct={async ({ code }) => {
        const body = { name: name.trim(), filing, approvals: two ? (2 as const) : (1 as const), code };
        const routes = await (group === undefined ? addGroup(body) : setGroup(group.id, body));
        client.setQueryData(routesQuery.queryKey, routes);
      }}
      onClose={onClose}
    >
      <Field id={`${id}-name`} label={t('arrange.groupName')}>
        <input
          id={`${id}-name`}
          className="input"
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
          {...describedBy(`${id}-name`, undefined)}
        />
      </Field>
      <label className="chip check">
        <input type="checkbox" checked={filing} onChange={(event) => setFiling(event.target.checked)} />
        {t('arrange.needsFiling')}
      </label>
      <label className="chip check">
        <input type="checkbox" checked={two} onChange={(event) => setTwo(event.target.checked)} />
        {t('arrange.needsTwo')}
      </label>
    </CodeDialog>
  );
}

interface AssignProps {
  readonly target: Routes['targets'][number];
  readonly groups: readonly TargetGroup[];
  readonly onClose: () => void;
}

function AssignSheet({ target, groups, onClose }: AssignProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const id = useId();
  const [group, setGroupOf] = useState(target.group ?? '');
  return (
    <CodeDialog
      title={t('arrange.assign', { name: target.name })}
      act={t('arrange.change')}
      onAct={async ({ code }) =>
        client.setQueryData(routesQuery.queryKey, await assignTarget(target.id, group === '' ? null : group, code))
      }
      onClose={onClose}
    >
      <Field id={id} label={t('arrange.group')}>
        <select id={id} className="input" value={group} onChange={(event) => setGroupOf(event.target.value)}>
          <option value="">{t('arrange.ungrouped')}</option>
          {groups.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </select>
      </Field>
    </CodeDialog>
  );
}
