import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { TitleKind, TitleState } from '../api/types.ts';

const stateColors: Readonly<Record<TitleState, string>> = {
  draft: 'gray',
  in_review: 'yellow',
  approved: 'cyan',
  published: 'teal',
};
const look = { variant: 'light', tt: 'none', fw: 600, size: 'md', style: { flexShrink: 0 } } as const;

export function TitleStateBadge({ state }: { readonly state: TitleState }) {
  const { t } = useTranslation();
  return (
    <Badge {...look} color={stateColors[state]} data-testid="title-state">
      {t(`titleStates.${state}`)}
    </Badge>
  );
}

export function KindBadge({ kind }: { readonly kind: TitleKind }) {
  const { t } = useTranslation();
  return (
    <Badge {...look} color={kind === 'movie' ? 'grape' : 'indigo'} data-testid="title-kind">
      {t(`titleKinds.${kind}`)}
    </Badge>
  );
}

export function DeletedBadge() {
  const { t } = useTranslation();
  return (
    <Badge {...look} color="red">
      {t('catalogue.deleted')}
    </Badge>
  );
}
