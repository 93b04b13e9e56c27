import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { SecondFactors } from '../../../kit/ways-in/SecondFactors.tsx';
import { connection } from '../api/server.ts';

/** Signing in without a password. */
export function PasskeysPage() {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <PageHeading title={t('account.rooms.passkeys')} />
      <SecondFactors server={connection} parts={['passkeys']} />
    </Stack>
  );
}
