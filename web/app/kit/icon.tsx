// One icon from the set. Decoration by default; with a label it is read out.

import { ICON_PATHS, type IconName } from './icon-paths.ts';

export type { IconName };

interface IconProps {
  readonly name: IconName;
  readonly className?: string;
  readonly label?: string;
}

export function Icon({ name, className = '', label }: IconProps) {
  const path = <path d={ICON_PATHS[name]} />;
  if (label === undefined) {
    return (
      <svg className={`i ${className}`} viewBox="0 0 24 24" aria-hidden="true">
        {path}
      </svg>
    );
  }
  return (
    <svg className={`i ${className}`} viewBox="0 0 24 24" role="img" aria-label={label}>
      <title>{label}</title>
      {path}
    </svg>
  );
}
