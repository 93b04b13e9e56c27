import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

/** In place of a page that the account may not open, e.g. from a link that somebody sent. */
export function NotPermitted({ home }: { readonly home: string }) {
  const { t } = useTranslation();
  return (
    <Alert color="gray" icon={<IconLock size={18} />} title={t('notPermitted.title')} role="alert" radius="lg">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t('notPermitted.text')}</Text>
        {home === '/' && (
          <Button component={Link} to={home} size="xs" variant="default">
            {t('asset.toLibrary')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
