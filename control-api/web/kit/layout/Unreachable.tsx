import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconPlugConnectedX, IconRefresh } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { messageOf } from '../api/problem.ts';
import { PlainPage } from './PlainPage.tsx';

/** How often to try again by itself while the server is away, in milliseconds. */
const againMs = 4_000;

/** The whole page while nobody can say who is signed in; tries again by itself. */
export function Unreachable({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { t } = useTranslation('kit');
  useEffect(() => {
    const timer = setTimeout(onRetry, againMs);
    window.addEventListener('online', onRetry);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('online', onRetry);
    };
  }, [error, onRetry]);
  return (
    <PlainPage>
      <Alert
        color="orange"
        icon={<IconPlugConnectedX size={18} />}
        title={t('unreachable.title')}
        role="alert"
        maw={420}
      >
        <Stack gap="sm" align="flex-start">
          <Text size="sm">
            {messageOf(error)} {t('unreachable.again')}
          </Text>
          <Button size="xs" variant="light" color="orange" leftSection={<IconRefresh size={16} />} onClick={onRetry}>
            {t('tryNow')}
          </Button>
        </Stack>
      </Alert>
    </PlainPage>
  );
}
