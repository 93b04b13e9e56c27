import { Button } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../paths.ts';

/** The way to another profile. */
export function ToProfiles() {
  const { t } = useTranslation();
  return (
    <Button component={Link} to={paths.profiles} variant="light" leftSection={<IconUsers size={18} />}>
      {t('profiles.change')}
    </Button>
  );
}
