import { Center, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Brand } from '../../../kit/layout/Brand.tsx';

/** What this service is. */
export function HomePage() {
  const { t } = useTranslation();
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack align="center" ta="center">
        <Brand size={38} />
        <Title order={1}>{t('home.title')}</Title>
        <Text c="dimmed">{t('home.lead')}</Text>
      </Stack>
    </Center>
  );
}
