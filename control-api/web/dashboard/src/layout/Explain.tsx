import { ActionIcon, Popover, Text } from '@mantine/core';
import { IconHelpCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/**
 * A word of a table or form explained: a button that opens the explanation. Not a tooltip, which neither a finger nor a
 * screen reader gets to.
 */
export function Explain({ word, children }: { readonly word: string; readonly children: string }) {
  const { t } = useTranslation();
  return (
    <Popover width={300} position="top" withArrow shadow="md" withinPortal trapFocus={false} returnFocus>
      <Popover.Target>
        <ActionIcon
          className="explain"
          variant="subtle"
          color="gray"
          size={24}
          radius="xl"
          aria-label={t('shell.explain', { word })}
        >
          <IconHelpCircle size={16} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={word}>
        <Text size="sm" ta="start" fw={400}>
          {children}
        </Text>
      </Popover.Dropdown>
    </Popover>
  );
}
