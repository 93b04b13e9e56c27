import { MultiSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { eventChoices } from '../words/audit.ts';

interface Props {
  /** Names of events and groups, separated by commas. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
}

/** The most names that the API takes. */
const mostNames = 20;

/** What was done: one or several events, or whole groups of them. */
export function EventField({ value, onChange, error }: Props) {
  const { t } = useTranslation();
  const chosen = value.split(',').filter((name) => name !== '');
  return (
    <MultiSelect
      label={t('audit.did')}
      description={t('audit.didHint')}
      data={eventChoices(t, chosen)}
      value={chosen}
      onChange={(names) => onChange(names.join(','))}
      maxValues={mostNames}
      error={error}
      searchable
      hidePickedOptions
      nothingFoundMessage={t('audit.didNothing')}
      comboboxProps={{ withinPortal: false }}
      withScrollArea={false}
      classNames={{ options: 'audit-events' }}
      name="event"
    />
  );
}
