import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tellFailed } from '../../../kit/layout/notify.ts';
import { useTermSearch } from '../api/terms.ts';
import type { Term, TermKind } from '../api/types.ts';

const searchMs = 250;
const createValue = 'create';

interface Props {
  readonly kind: TermKind;
  readonly label: string;
  /** Ids that are not offered: they are there. */
  readonly without: readonly string[];
  readonly onChoose: (term: Term) => Promise<void>;
  /** Makes one of this name, and chooses it. */
  readonly onCreate: (name: string) => Promise<void>;
}

/** Finds a category, tag or person by name, or makes one. */
export function TermPicker({ kind, label, without, onChoose, onCreate }: Props) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [wanted] = useDebouncedValue(search.trim(), searchMs);
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const { data = [] } = useTermSearch(kind, wanted, isOpen);
  const offered = data.filter(({ id }) => !without.includes(id));
  const name = search.trim();
  const isKnown = data.some((term) => term.name.toLocaleLowerCase() === name.toLocaleLowerCase());

  async function run(action: () => Promise<void>) {
    setIsBusy(true);
    setSearch('');
    try {
      await action();
    } catch (error) {
      tellFailed(t('titleTerms.failed'), error);
    } finally {
      setIsBusy(false);
    }
  }

  return (
    <Select
      label={label}
      placeholder={t('titleTerms.search')}
      searchable
      value={null}
      disabled={isBusy}
      searchValue={search}
      onSearchChange={setSearch}
      onDropdownOpen={() => setIsOpen(true)}
      maxLength={120}
      // The server has searched already.
      filter={({ options }) => options}
      data={[
        ...offered.map((term) => ({ value: term.id, label: term.name })),
        ...(name !== '' && !isKnown ? [{ value: createValue, label: t('titleTerms.create', { name }) }] : []),
      ]}
      nothingFoundMessage={t('titleTerms.none')}
      onChange={(value) => {
        if (value === createValue) return void run(async () => onCreate(name));
        const term = offered.find(({ id }) => id === value);
        if (term) void run(async () => onChoose(term));
      }}
    />
  );
}
