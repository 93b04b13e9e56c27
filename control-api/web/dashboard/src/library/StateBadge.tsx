import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AssetState, VersionState } from '../api/types.ts';
import { assetStateColors, versionStateColors } from '../words/work.ts';

export function AssetStateBadge({ state }: { readonly state: AssetState }) {
  const { t } = useTranslation();
  return (
    <Badge
      variant="light"
      color={assetStateColors[state]}
      tt="none"
      fw={600}
      size="md"
      data-testid="asset-state"
      style={{ flexShrink: 0 }}
    >
      {t(`assetStates.${state}`)}
    </Badge>
  );
}

export function VersionStateBadge({ state }: { readonly state: VersionState }) {
  const { t } = useTranslation();
  return (
    <Badge variant="light" color={versionStateColors[state]} tt="none" fw={600} size="md" style={{ flexShrink: 0 }}>
      {t(`versionStates.${state}`)}
    </Badge>
  );
}
