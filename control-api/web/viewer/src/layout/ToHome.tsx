import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../paths.ts';

/** The way on from a page that cannot be shown. */
export function ToHome() {
  const { t } = useTranslation();
  return (
    <Button component={Link} to={paths.home} variant="light">
      {t('toHome')}
    </Button>
  );
}
