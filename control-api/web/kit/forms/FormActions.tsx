import { Button, Group, Stack, type ButtonProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface Props extends Pick<ButtonProps, 'leftSection'> {
  /** Words on the button that sends the form. */
  readonly submit: string;
  readonly isBusy: boolean;
  /** The way out of it. In a dialog it has words of its own when none are given. */
  readonly giveUp?: { readonly words?: string; readonly onClick: () => void } | undefined;
  readonly isInDialog?: boolean;
}

/** The buttons of a form: side by side at the end of a dialog, one below the other on a card of its own. */
export function FormActions({ submit, isBusy, giveUp, isInDialog = false, leftSection }: Props) {
  const { t } = useTranslation('kit');
  const send = (
    <Button type="submit" loading={isBusy} leftSection={leftSection} fullWidth={!isInDialog}>
      {submit}
    </Button>
  );
  const out = giveUp && (
    <Button variant={isInDialog ? 'default' : 'subtle'} fullWidth={!isInDialog} onClick={giveUp.onClick}>
      {giveUp.words ?? t('stepUp.giveUp')}
    </Button>
  );
  return isInDialog ? (
    <Group justify="flex-end" gap="sm">
      {out}
      {send}
    </Group>
  ) : (
    <Stack gap="xs" mt="xs">
      {send}
      {out}
    </Stack>
  );
}
