import { Anchor } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { addresses } from '../addresses.ts';

/** The way to another password, which is the same for everybody who has an account: a page of the viewer app. */
export function ToRecovery() {
  const { t } = useTranslation('kit');
  return (
    <Anchor href={`${addresses.outside}/recovery`} inherit>
      {t('signIn.forgotten')}
    </Anchor>
  );
}
