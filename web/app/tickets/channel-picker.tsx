// Which target accounts, and by which kinds of channel.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { RequestableTarget, TicketBody } from '../../contract/tickets.ts';
import type { ChannelKind } from '../../contract/words.ts';
import { requestableQuery } from '../api/tickets.ts';
import { FieldError } from '../kit/field.tsx';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';

type Chosen = TicketBody['channels'];

const KINDS: readonly ChannelKind[] = ['shell', 'exec'];

interface ChannelPickerProps {
  readonly chosen: Chosen;
  readonly error: string | undefined;
  readonly onChange: (chosen: Chosen) => void;
}

export function ChannelPicker({ chosen, error, onChange }: ChannelPickerProps) {
  const { t } = useTranslation();
  const targets = useQuery(requestableQuery);
  return (
    <fieldset className="field">
      <legend className="lab">{t('form.channels')}</legend>
      <ProblemNote error={targets.error} />
      {targets.isPending && <Loading lines={2} />}
      {targets.data?.length === 0 && <p className="note s-closed">{t('form.channelsNone')}</p>}
      {targets.data !== undefined && targets.data.length > 0 && (
        <div className="card pick">
          {targets.data.map((target) => (
            <TargetRows
              key={target.id}
              target={target}
              chosen={chosen}
              invalid={error !== undefined}
              onChange={onChange}
            />
          ))}
        </div>
      )}
      <FieldError id="channels" error={error} />
      {error === undefined && <p className="hint">{t('form.channelsHint')}</p>}
    </fieldset>
  );
}

interface RowsProps {
  readonly target: RequestableTarget;
  readonly chosen: Chosen;
  readonly invalid: boolean;
  readonly onChange: (chosen: Chosen) => void;
}

function TargetRows({ target, chosen, invalid, onChange }: RowsProps) {
  const { t } = useTranslation();
  return (
    <div className="pick-target">
      <p className="row">
        <Icon name="server-2" className="t3" />
        <b>{target.name}</b>
      </p>
      {target.accounts.map((account) => (
        <div className="pick-row" key={account.id}>
          <span className="mono grow">{account.login}</span>
          {KINDS.map((kind) => (
            <label className={has(chosen, account.id, kind) ? 'chip check on' : 'chip check'} key={kind}>
              <input
                type="checkbox"
                checked={has(chosen, account.id, kind)}
                aria-label={`${target.name} ${account.login} ${t(`kind.${kind}`)}`}
                aria-invalid={invalid}
                onChange={() => onChange(toggle(chosen, account.id, kind))}
              />
              {t(`kind.${kind}`)}
            </label>
          ))}
        </div>
      ))}
    </div>
  );
}

function has(chosen: Chosen, targetAccountId: string, kind: ChannelKind): boolean {
  return chosen.some((channel) => channel.targetAccountId === targetAccountId && channel.kinds.includes(kind));
}

function toggle(chosen: Chosen, targetAccountId: string, kind: ChannelKind): Chosen {
  const channel = chosen.find((each) => each.targetAccountId === targetAccountId);
  const before = channel?.kinds ?? [];
  const kinds = before.includes(kind) ? before.filter((each) => each !== kind) : [...before, kind];
  const others = chosen.filter((channel) => channel.targetAccountId !== targetAccountId);
  return kinds.length === 0 ? others : [...others, { ...channel, targetAccountId, kinds }];
}
