// Which target accounts, by which kinds of channel, and on which terms.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { RequestableTarget } from '../../contract/tickets.ts';
import type { ChannelKind } from '../../contract/words.ts';
import { requestableQuery } from '../api/tickets.ts';
import { FieldError } from '../kit/field.tsx';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { DestinationFields, FileTermsFields } from './channel-terms.tsx';
import { type DraftChannel, NO_CHANNEL } from './draft-channels.ts';
import type { DraftError } from './draft-error.ts';

const KINDS: readonly ChannelKind[] = ['shell', 'exec', 'sftp', 'forward'];

interface ChannelPickerProps {
  readonly chosen: readonly DraftChannel[];
  readonly error: DraftError;
  readonly onChange: (chosen: readonly DraftChannel[]) => void;
}

export function ChannelPicker({ chosen, error, onChange }: ChannelPickerProps) {
  const { t } = useTranslation();
  const targets = useQuery(requestableQuery);
  const missing = error('channels');
  return (
    <fieldset className="field">
      <legend className="lab">{t('form.channels')}</legend>
      <ProblemNote error={targets.error} />
      {targets.isPending && <Loading lines={2} />}
      {targets.data?.length === 0 && <p className="note s-closed">{t('form.channelsNone')}</p>}
      {targets.data !== undefined && targets.data.length > 0 && (
        <div className="card pick">
          {targets.data.map((target) => (
            <TargetRows key={target.id} target={target} chosen={chosen} error={error} onChange={onChange} />
          ))}
        </div>
      )}
      <FieldError id="channels" error={missing} />
      {missing === undefined && <p className="hint">{t('form.channelsHint')}</p>}
    </fieldset>
  );
}

function TargetRows({ target, chosen, error, onChange }: ChannelPickerProps & { readonly target: RequestableTarget }) {
  return (
    <div className="pick-target">
      <p className="row">
        <Icon name="server-2" className="t3" />
        <b>{target.name}</b>
      </p>
      {target.accounts.map(({ id, login }) => (
        <AccountRow
          key={id}
          login={login}
          target={target.name}
          channel={chosen.find((each) => each.targetAccountId === id) ?? { ...NO_CHANNEL, targetAccountId: id }}
          error={error}
          onChange={(channel) => onChange([...chosen.filter((each) => each.targetAccountId !== id), channel])}
        />
      ))}
    </div>
  );
}

interface RowProps {
  readonly target: string;
  readonly login: string;
  readonly channel: DraftChannel;
  readonly error: DraftError;
  readonly onChange: (channel: DraftChannel) => void;
}

function AccountRow({ target, login, channel, error, onChange }: RowProps) {
  const { t } = useTranslation();
  const place = `${target} ${login}`;
  const has = (kind: ChannelKind) => channel.kinds.includes(kind);
  const change = (part: Partial<DraftChannel>) => onChange({ ...channel, ...part });
  const toggle = (kind: ChannelKind) =>
    change({ kinds: has(kind) ? channel.kinds.filter((each) => each !== kind) : [...channel.kinds, kind] });
  return (
    <>
      <div className="pick-row">
        <span className="mono grow">{login}</span>
        {KINDS.map((kind) => (
          <label className={has(kind) ? 'chip check on' : 'chip check'} key={kind}>
            <input
              type="checkbox"
              checked={has(kind)}
              aria-label={`${place} ${t(`kind.${kind}`)}`}
              aria-invalid={error('channels') !== undefined}
              onChange={() => toggle(kind)}
            />
            {t(`kind.${kind}`)}
          </label>
        ))}
      </div>
      {has('sftp') && <FileTermsFields channel={channel} place={place} error={error} onChange={change} />}
      {has('forward') && <DestinationFields channel={channel} error={error} onChange={change} />}
    </>
  );
}
