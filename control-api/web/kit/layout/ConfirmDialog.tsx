import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { messageOf } from '../api/problem.ts';
import { Dialog } from './Dialog.tsx';

interface Props {
  readonly opened: boolean;
  readonly title: string;
  readonly children: ReactNode;
  /** Words on the button that does it. */
  readonly action: string;
  /** Words on the button that does nothing. */
  readonly keep: string;
  readonly color?: string;
  readonly icon?: ReactNode;
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks before something that cannot be taken back; stays open and says why when it fails. */
export function ConfirmDialog({
  opened,
  title,
  children,
  action,
  keep,
  color = 'red',
  icon,
  onConfirm,
  onClose,
}: Props) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  function close() {
    if (busy) return;
    setError(undefined);
    onClose();
  }

  async function confirm() {
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog opened={opened} onClose={close} title={title}>
      <Stack gap="lg">
        <Text size="sm" component="div">
          {children}
        </Text>
        {error !== undefined && (
          <Alert color="red" role="alert">
            {messageOf(error)}
          </Alert>
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={close} disabled={busy} data-autofocus>
            {keep}
          </Button>
          <Button color={color} leftSection={icon} loading={busy} onClick={() => void confirm()}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
