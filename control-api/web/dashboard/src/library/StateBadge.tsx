import { Badge } from '@mantine/core';
import type { AssetState, VersionState } from '../api/types.ts';
import { assetStateLooks, versionStateLooks } from '../words/work.ts';

export function AssetStateBadge({ state }: { readonly state: AssetState }) {
  const { label, color } = assetStateLooks[state];
  return (
    <Badge
      variant="light"
      color={color}
      tt="none"
      fw={600}
      size="md"
      data-testid="asset-state"
      style={{ flexShrink: 0 }}
    >
      {label}
    </Badge>
  );
}

export function VersionStateBadge({ state }: { readonly state: VersionState }) {
  const { label, color } = versionStateLooks[state];
  return (
    <Badge variant="light" color={color} tt="none" fw={600} size="md" style={{ flexShrink: 0 }}>
      {label}
    </Badge>
  );
}
