import { Badge, Button, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import {
  IconDeviceDesktop,
  IconDeviceMobile,
  IconDeviceTablet,
  IconDeviceTv,
  IconHelp,
  IconLogout,
} from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '../../../openapi.d.ts';
import { bodyOf } from '../api/client.ts';
import type { Connection } from '../api/connect.ts';
import { ConfirmDialog } from '../layout/ConfirmDialog.tsx';
import { NotLoaded } from '../layout/NotLoaded.tsx';
import { tellDone } from '../layout/notify.ts';
import { Section } from '../layout/Section.tsx';
import { formats } from '../messages/i18n.ts';
import { deviceOf, deviceWords } from './device-words.ts';

type Device = components['schemas']['Device'];

const icons = {
  phone: IconDeviceMobile,
  tablet: IconDeviceTablet,
  television: IconDeviceTv,
  computer: IconDeviceDesktop,
  unknown: IconHelp,
} as const;

function Row({ device, onSignOut }: { readonly device: Device; readonly onSignOut: (() => void) | undefined }) {
  const { t } = useTranslation('kit');
  const words = deviceWords(device.userAgent);
  const Icon = icons[deviceOf(device.userAgent).kind ?? 'unknown'];
  const place = [device.country === null ? undefined : formats().regionName(device.country), device.address]
    .filter((part) => part !== undefined && part !== null)
    .join(' · ');
  return (
    <Group component="li" gap="sm" wrap="nowrap" align="flex-start" className="row">
      <ThemeIcon variant="light" color="gray" size={40} radius="md" aria-hidden>
        <Icon size={20} />
      </ThemeIcon>
      <div className="row-words">
        <Group gap="xs">
          <Text fw={600}>{words}</Text>
          {device.isThisOne && (
            <Badge variant="light" color="teal">
              {t('devices.thisOne')}
            </Badge>
          )}
        </Group>
        {place !== '' && (
          <Text size="sm" c="dimmed" className="break-anywhere">
            {place}
          </Text>
        )}
        <Text size="sm" c="dimmed">
          {t('devices.seen', { at: device.seenAt })}
          {' · '}
          {t('devices.since', { at: device.startedAt })}
        </Text>
      </div>
      {onSignOut && (
        <Button
          variant="default"
          size="xs"
          className="row-action"
          aria-label={t('devices.signOutOne', { device: words })}
          onClick={onSignOut}
        >
          {t('account.signOut')}
        </Button>
      )}
    </Group>
  );
}

/** Where the account is signed in, this device first, and signing the others out. */
export function Devices({ api }: Pick<Connection, 'api'>) {
  const { t } = useTranslation('kit');
  const queries = useQueryClient();
  const queryKey = ['devices'];
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: async () => bodyOf(await api.GET('/api/v1/accounts/me/devices')).items,
  });
  const [ended, setEnded] = useState<Device | 'others'>();
  const devices = data && [...data].sort((a, b) => Number(b.isThisOne) - Number(a.isThisOne));
  const isAlone = devices?.every((device) => device.isThisOne) ?? true;

  async function signOut() {
    if (ended === undefined) return;
    if (ended === 'others') {
      const answer = await api.POST('/api/v1/accounts/me/devices/sign-out-others');
      tellDone(t('devices.done'), t('devices.doneOthers', { count: bodyOf(answer).signedOut }));
    } else {
      await api.DELETE('/api/v1/accounts/me/devices/{id}', { params: { path: { id: ended.id } } });
      tellDone(t('devices.done'), deviceWords(ended.userAgent));
    }
    await queries.invalidateQueries({ queryKey });
  }

  return (
    <Section title={t('devices.title')}>
      <Stack gap="md" align="stretch">
        <Text size="sm">{t('devices.text')}</Text>
        {!devices && <NotLoaded error={error} onAgain={refetch} />}
        {devices && (
          <ul className="rows" aria-label={t('devices.title')}>
            {devices.map((device) => (
              <Row key={device.id} device={device} onSignOut={device.isThisOne ? undefined : () => setEnded(device)} />
            ))}
          </ul>
        )}
        {!isAlone && (
          <Button
            variant="default"
            leftSection={<IconLogout size={16} />}
            style={{ alignSelf: 'flex-start' }}
            onClick={() => setEnded('others')}
          >
            {t('devices.signOutOthers')}
          </Button>
        )}
        {devices && isAlone && (
          <Text size="sm" c="dimmed">
            {t('devices.alone')}
          </Text>
        )}
      </Stack>
      <ConfirmDialog
        opened={ended !== undefined}
        title={t(ended === 'others' ? 'devices.othersTitle' : 'devices.oneTitle')}
        action={t('account.signOut')}
        keep={t('devices.keep')}
        onClose={() => setEnded(undefined)}
        onConfirm={signOut}
      >
        {ended === 'others'
          ? t('devices.othersText')
          : ended && t('devices.oneText', { device: deviceWords(ended.userAgent) })}
      </ConfirmDialog>
    </Section>
  );
}
