// The name of the product and its glyph, the gate.

import { useTranslation } from 'react-i18next';
import { Icon } from '../kit/icon.tsx';

export function Brand() {
  const { t } = useTranslation();
  return (
    <div className="brand">
      <span className="logo">
        <Icon name="gate-closed" />
      </span>
      <span>
        {t('product')}
        <small>{t('tagline')}</small>
      </span>
    </div>
  );
}
