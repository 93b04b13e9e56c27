import { ActionIcon, Button, Group, Modal, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { messageOf, TranslatedError } from '../../../kit/api/problem.ts';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { renameAsset } from '../api/assets.ts';
import type { Asset } from '../api/types.ts';
import { AssetStateBadge } from '../library/StateBadge.tsx';

/** The title as a heading, with the way to change it. */
export function AssetTitle({ asset }: { readonly asset: Asset }) {
  const { t } = useTranslation(['dashboard', 'kit']);
  const [title, setTitle] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  function close() {
    setTitle(undefined);
    setError(undefined);
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    const wanted = title?.trim();
    if (!wanted) {
      setError(new TranslatedError('The title is empty', () => t('asset.nameEmpty')));
      return;
    }
    setBusy(true);
    setError(undefined);
    try {
      if (wanted !== asset.title) await renameAsset(asset.id, wanted);
      close();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Group gap="xs" align="center" miw={0}>
      <PageHeading title={asset.title} data-testid="asset-title">
        <bdi>{asset.title}</bdi>
      </PageHeading>
      <Tooltip label={t('asset.rename')}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('asset.rename')}
          onClick={() => setTitle(asset.title)}
        >
          <IconPencil size={18} />
        </ActionIcon>
      </Tooltip>
      <AssetStateBadge state={asset.state} />
      <Modal
        opened={title !== undefined}
        onClose={close}
        title={
          <Text component="span" fw={650}>
            {t('asset.rename')}
          </Text>
        }
        centered
        radius="lg"
        closeButtonProps={{ 'aria-label': t('kit:close') }}
      >
        <form onSubmit={(event) => void submit(event)}>
          <Stack gap="lg">
            <TextInput
              label={t('asset.name')}
              value={title ?? ''}
              maxLength={300}
              error={error === undefined ? undefined : messageOf(error)}
              data-autofocus
              onChange={(event) => setTitle(event.currentTarget.value)}
            />
            <Group justify="flex-end" gap="sm">
              <Button variant="default" onClick={close} disabled={busy}>
                {t('asset.keepName')}
              </Button>
              <Button type="submit" loading={busy}>
                {t('asset.save')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </Group>
  );
}
