import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** The button of a notice about something that could not be loaded. */
export function TryAgain({ onClick }: { readonly onClick: () => void }) {
  const { t } = useTranslation('kit');
  return (
    <Button size="xs" color="red" variant="light" leftSection={<IconRefresh size={16} />} onClick={onClick}>
      {t('tryAgain')}
    </Button>
  );
}
