import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { en } from '../messages/en.ts';

/** A page to lead on to. */
export interface Home {
  /** Below `/dashboard`. */
  readonly path: string;
  readonly name: keyof typeof en.toPage;
}

/** The way on from a page that cannot be shown. */
export function ToPage({ path, name }: Home) {
  const { t } = useTranslation();
  return (
    <Button component={Link} to={path} variant="light">
      {t(`toPage.${name}`)}
    </Button>
  );
}
