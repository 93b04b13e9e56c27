import { Modal, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  readonly opened: boolean;
  readonly title: string;
  readonly children: ReactNode;
  readonly onClose: () => void;
  /** Whether it can be left only by a button in it: what it shows is shown once. */
  readonly staysOpen?: boolean;
  /** Whether it asks something that another dialog waits for. */
  readonly isAbove?: boolean;
  readonly 'data-testid'?: string;
}

/** Something that is asked or shown in front of the page. */
export function Dialog({ opened, title, children, onClose, staysOpen = false, isAbove = false, ...rest }: Props) {
  const { t } = useTranslation('kit');
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={
        <Text component="span" fw={650}>
          {title}
        </Text>
      }
      centered
      radius="lg"
      withCloseButton={!staysOpen}
      closeOnClickOutside={!staysOpen}
      closeOnEscape={!staysOpen}
      closeButtonProps={{ 'aria-label': t('close') }}
      {...(isAbove && { zIndex: 400 })}
      {...rest}
    >
      {children}
    </Modal>
  );
}
