import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { SecondFactors } from '../../../kit/ways-in/SecondFactors.tsx';
import { connection } from '../api/server.ts';

/** What is asked for besides the password. */
export function SecondFactorPage() {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <PageHeading title={t('account.rooms.secondFactor')} />
      <SecondFactors server={connection} parts={['authenticator']} />
    </Stack>
  );
}
