import { Button, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconLink, IconPhone } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf } from '../../../kit/api/client.ts';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { ConfirmDialog } from '../../../kit/layout/ConfirmDialog.tsx';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { api } from '../api/server.ts';
import {
  providerIcons,
  redirectsOf,
  useSignInOffer,
  type LinkedIdentity,
  type ProviderName,
} from '../providers/providers.ts';
import { leaveFor } from '../providers/visit.ts';

const queryKey = ['identities'];

interface RowProps {
  readonly identity: LinkedIdentity;
  readonly onUnlink: () => void;
}

function Row({ identity: { provider, name, email, linkedAt }, onUnlink }: RowProps) {
  const { t } = useTranslation();
  const ProviderIcon = provider === 'phone' ? IconPhone : providerIcons[provider];
  const words = t(`providers.names.${provider}`);
  return (
    <Group component="li" gap="sm" wrap="nowrap" align="flex-start" className="row">
      <ThemeIcon variant="light" color="gray" size={40} radius="md" aria-hidden>
        <ProviderIcon size={20} />
      </ThemeIcon>
      <div className="row-words">
        <Text fw={600}>{words}</Text>
        {(name ?? email) !== null && (
          <Text size="sm" className="break-anywhere">
            {[name, email].filter((part) => part !== null).join(' · ')}
          </Text>
        )}
        <Text size="sm" c="dimmed">
          {t('linked.since', { at: linkedAt })}
        </Text>
      </div>
      <Button
        variant="default"
        size="xs"
        className="row-action"
        aria-label={t('linked.unlinkOne', { provider: words })}
        onClick={onUnlink}
      >
        {t('linked.unlink')}
      </Button>
    </Group>
  );
}

/** The button that leaves for a provider. */
function LinkOne({ provider }: { readonly provider: ProviderName }) {
  const { t } = useTranslation();
  const ProviderIcon = providerIcons[provider];
  const [isLeaving, setIsLeaving] = useState(false);
  const [error, setError] = useState<unknown>();
  async function leave() {
    setIsLeaving(true);
    setError(undefined);
    try {
      const answer = await api.POST('/api/v1/accounts/me/identities/begin/{provider}', {
        params: { path: { provider } },
      });
      const { url, token } = bodyOf(answer);
      if (url !== null) leaveFor(url, { token, for: 'linking' });
    } catch (thrown) {
      setError(thrown);
      setIsLeaving(false);
    }
  }
  return (
    <Stack gap="xs">
      <FormProblem error={error} />
      <Button
        variant="default"
        leftSection={<ProviderIcon size={18} />}
        loading={isLeaving}
        onClick={() => void leave()}
        className="form-button"
      >
        {t('linked.link', { provider: t(`providers.names.${provider}`) })}
      </Button>
    </Stack>
  );
}

/** Accounts elsewhere that sign in to this one. */
export function LinkedPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data: offer } = useSignInOffer();
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: async () => bodyOf(await api.GET('/api/v1/accounts/me/identities')).items,
  });
  const [unlinked, setUnlinked] = useState<LinkedIdentity>();
  const open = redirectsOf(offer).filter((provider) => !data?.some((identity) => identity.provider === provider));
  return (
    <Stack gap="lg">
      <PageHeading title={t('account.rooms.linked')} />
      <Section title={t('linked.title')}>
        <Stack gap="md">
          <Text size="sm">{t('linked.text')}</Text>
          {!data && <NotLoaded error={error} onAgain={refetch} />}
          {data && data.length > 0 && (
            <ul className="rows" aria-label={t('linked.title')}>
              {data.map((identity) => (
                <Row key={identity.id} identity={identity} onUnlink={() => setUnlinked(identity)} />
              ))}
            </ul>
          )}
          {data?.length === 0 && (
            <Group gap="xs" c="dimmed" wrap="nowrap">
              <IconLink size={18} aria-hidden />
              <Text size="sm">{t(open.length > 0 ? 'linked.none' : 'linked.noneOffered')}</Text>
            </Group>
          )}
          {data && open.map((provider) => <LinkOne key={provider} provider={provider} />)}
        </Stack>
      </Section>
      <ConfirmDialog
        opened={unlinked !== undefined}
        title={t('linked.unlinkTitle')}
        action={t('linked.unlink')}
        keep={t('linked.keep')}
        onClose={() => setUnlinked(undefined)}
        onConfirm={async () => {
          if (!unlinked) return;
          await api.DELETE('/api/v1/accounts/me/identities/{id}', { params: { path: { id: unlinked.id } } });
          await queries.invalidateQueries({ queryKey });
        }}
      >
        {unlinked && t('linked.unlinkText', { provider: t(`providers.names.${unlinked.provider}`) })}
      </ConfirmDialog>
    </Stack>
  );
}
