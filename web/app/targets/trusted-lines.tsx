// What a target has to trust before an account on it opens with certificates: two lines to paste.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { trustedKeysQuery } from '../api/people.ts';
import { CopyLine } from '../kit/copy-line.tsx';
import { Loading } from '../kit/loading.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';

const FILE = '/etc/ssh/sluice-user-ca.pub';

export function TrustedLines() {
  const { t } = useTranslation();
  const keys = useQuery(trustedKeysQuery);
  return (
    <div className="stack g3">
      <p className="hint">{t('targets.certificateHint')}</p>
      <p>{t('targets.trustKey', { file: FILE, count: keys.data?.length ?? 1 })}</p>
      {keys.isPending && <Loading lines={1} />}
      {keys.data?.map(({ line, fingerprint }) => (
        <CopyLine key={fingerprint} text={line} label={t('targets.copyKey')} />
      ))}
      <ProblemNote error={keys.error} />
      <p>{t('targets.trustSetting')}</p>
      <CopyLine text={`TrustedUserCAKeys ${FILE}`} label={t('targets.copySetting')} />
    </div>
  );
}
