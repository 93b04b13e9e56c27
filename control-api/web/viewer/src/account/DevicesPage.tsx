import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Devices } from '../../../kit/devices/Devices.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { api } from '../api/server.ts';

/** Where the account is signed in. */
export function DevicesPage() {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <PageHeading title={t('account.rooms.devices')} />
      <Devices api={api} />
    </Stack>
  );
}
