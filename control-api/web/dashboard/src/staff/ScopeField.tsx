import { MultiSelect, NativeSelect, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTitleSearch } from '../api/titles.ts';
import type { ScopedTitle } from '../api/types.ts';

const searchMs = 250;
/** The most titles that the API takes. */
const mostTitles = 200;

/** Null: all titles. */
export type Chosen = readonly ScopedTitle[] | null;

interface Props {
  readonly chosen: Chosen;
  readonly onChange: (chosen: Chosen) => void;
  readonly isFirstInDialog?: boolean;
}

/** All titles, or only some series and movies, which are searched for. */
export function ScopeField({ chosen, onChange, isFirstInDialog = false }: Props) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [wanted] = useDebouncedValue(search.trim(), searchMs);
  const { data = [] } = useTitleSearch(wanted, chosen !== null);
  const isNarrowed = chosen !== null;
  const known = new Map([...data, ...(chosen ?? [])].map(({ id, name }) => [id, name]));
  return (
    <Stack gap="sm">
      <NativeSelect
        label={t('staff.worksOn')}
        description={t(isNarrowed ? 'staff.someMeans' : 'staff.allMeans')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        name="scope"
        data-autofocus={isFirstInDialog || undefined}
        value={isNarrowed ? 'some' : 'all'}
        data={[
          { value: 'all', label: t('staff.allTitles') },
          { value: 'some', label: t('staff.someTitles') },
        ]}
        onChange={({ currentTarget: { value } }) => onChange(value === 'all' ? null : (chosen ?? []))}
      />
      {isNarrowed && (
        <MultiSelect
          label={t('staff.titles')}
          description={chosen.length === 0 ? t('staff.noTitles') : undefined}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          placeholder={t('staff.searchTitles')}
          searchable
          searchValue={search}
          onSearchChange={setSearch}
          // The server has searched already.
          filter={({ options }) => options}
          data={[...known].map(([id, name]) => ({ value: id, label: name === '' ? id : name }))}
          value={chosen.map(({ id }) => id)}
          onChange={(ids) => {
            setSearch('');
            onChange(ids.map((id) => ({ id, name: known.get(id) ?? '' })));
          }}
          maxValues={mostTitles}
          hidePickedOptions
          nothingFoundMessage={t('staff.noTitleFound')}
          comboboxProps={{ withinPortal: false }}
          name="titles"
        />
      )}
    </Stack>
  );
}
