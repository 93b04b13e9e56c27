import { Group, Loader, Text } from '@mantine/core';
import { IconCheck, IconVideoOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { TitleTracks } from '../api/types.ts';

/** Whether viewers get the tracks as they are here. */
export function Publication({ state }: { readonly state: TitleTracks['publication'] }) {
  const { t } = useTranslation();
  const icon = {
    none: <IconVideoOff size={16} aria-hidden />,
    waiting: <Loader size={14} aria-hidden />,
    published: <IconCheck size={16} aria-hidden />,
  }[state];
  return (
    <Group gap={6} wrap="nowrap" c="dimmed" data-testid="publication" data-state={state}>
      {icon}
      <Text size="sm" role="status">
        {t(`tracks.publication.${state}`)}
      </Text>
    </Group>
  );
}
