// Waiting, quietly: grey lines where the content will be, shown only after a moment so that fast answers do not flicker.

import { useTranslation } from 'react-i18next';

const WIDTHS = ['92%', '69%', '84%', '73%', '50%', '77%', '64%', '88%'];

export function Loading({ lines = 3 }: { readonly lines?: number }) {
  const { t } = useTranslation();
  return (
    <div className="skeleton" role="status">
      <span className="sr">{t('act.loading')}</span>
      {WIDTHS.slice(0, lines).map((width) => (
        <i key={width} style={{ width }} />
      ))}
    </div>
  );
}
