import { ActionIcon, Button, Group, Modal, Stack, Text, TextInput, Title, Tooltip } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { renameAsset } from '../api/assets.ts';
import { messageOf } from '../api/problem.ts';
import type { Asset } from '../api/types.ts';
import { AssetStateBadge } from '../library/StateBadge.tsx';

/** The title as a heading, with the way to change it. */
export function AssetTitle({ asset }: { readonly asset: Asset }) {
  const [title, setTitle] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();

  function close() {
    setTitle(undefined);
    setError(undefined);
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    const wanted = title?.trim();
    if (!wanted) {
      setError('A title needs at least one character.');
      return;
    }
    setBusy(true);
    setError(undefined);
    try {
      if (wanted !== asset.title) await renameAsset(asset.id, wanted);
      close();
    } catch (thrown) {
      setError(messageOf(thrown));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Group gap="xs" align="center" miw={0}>
      <Title order={1} className="break-anywhere" data-testid="asset-title">
        {asset.title}
      </Title>
      <Tooltip label="Rename">
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Rename" onClick={() => setTitle(asset.title)}>
          <IconPencil size={18} />
        </ActionIcon>
      </Tooltip>
      <AssetStateBadge state={asset.state} />
      <Modal
        opened={title !== undefined}
        onClose={close}
        title={
          <Text component="span" fw={650}>
            Rename
          </Text>
        }
        centered
        radius="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <form onSubmit={(event) => void submit(event)}>
          <Stack gap="lg">
            <TextInput
              label="Title"
              value={title ?? ''}
              maxLength={300}
              error={error}
              data-autofocus
              onChange={(event) => setTitle(event.currentTarget.value)}
            />
            <Group justify="flex-end" gap="sm">
              <Button variant="default" onClick={close} disabled={busy}>
                Keep as it is
              </Button>
              <Button type="submit" loading={busy}>
                Save
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </Group>
  );
}
