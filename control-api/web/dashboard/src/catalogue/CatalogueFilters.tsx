import { Chip, Group, NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCategories } from '../api/terms.ts';
import { SearchField } from '../layout/SearchField.tsx';
import { languageChoices } from './languages.ts';
import { lacks, rootKinds, searchCharacters, titleStates, type CatalogueView } from './view.ts';

interface Props {
  readonly view: CatalogueView;
  /** `again`: it takes the place of the view before in the browser's history. */
  readonly onView: (view: CatalogueView, again?: boolean) => void;
}

/** Which series and movies are shown. Each choice is a step in the browser's history. */
export function CatalogueFilters({ view, onView }: Props) {
  const { t } = useTranslation();
  const { data: categories = [] } = useCategories();
  return (
    <Group role="search" aria-label={t('catalogue.filter')} gap="sm">
      <SearchField
        label={t('catalogue.search')}
        clear={t('catalogue.searchClear')}
        search={view.search}
        maxLength={searchCharacters}
        onSearch={(search, again) => onView({ ...view, search }, again)}
      />
      <NativeSelect
        aria-label={t('catalogue.kind')}
        className="filter-choice"
        value={view.kind ?? ''}
        data={[
          { value: '', label: t('catalogue.allKinds') },
          ...rootKinds.map((kind) => ({ value: kind, label: t(`titleKinds.${kind}`) })),
        ]}
        onChange={({ currentTarget: { value } }) => onView({ ...view, kind: rootKinds.find((kind) => kind === value) })}
      />
      <NativeSelect
        aria-label={t('catalogue.state')}
        className="filter-choice"
        value={view.state ?? ''}
        data={[
          { value: '', label: t('catalogue.allStates') },
          ...titleStates.map((state) => ({ value: state, label: t(`titleStates.${state}`) })),
        ]}
        onChange={({ currentTarget: { value } }) =>
          onView({ ...view, state: titleStates.find((state) => state === value) })
        }
      />
      <NativeSelect
        aria-label={t('catalogue.category')}
        className="filter-choice"
        value={view.category ?? ''}
        data={[
          { value: '', label: t('catalogue.allCategories') },
          ...categories.map(({ id, name }) => ({ value: id, label: name })),
          // It is in the address, and may be gone or not be there yet.
          ...(view.category !== undefined && !categories.some(({ id }) => id === view.category)
            ? [{ value: view.category, label: t('catalogue.otherCategory') }]
            : []),
        ]}
        onChange={({ currentTarget: { value } }) => onView({ ...view, category: value === '' ? undefined : value })}
      />
      <NativeSelect
        aria-label={t('catalogue.language')}
        className="filter-choice"
        value={view.language ?? ''}
        data={[
          { value: '', label: t('catalogue.allLanguages') },
          ...languageChoices(view.language === undefined ? [] : [view.language]),
        ]}
        onChange={({ currentTarget: { value } }) => onView({ ...view, language: value === '' ? undefined : value })}
      />
      <NativeSelect
        aria-label={t('catalogue.missing')}
        className="filter-choice"
        value={view.missing ?? ''}
        data={[
          { value: '', label: t('catalogue.nothingMissing') },
          ...lacks.map((what) => ({ value: what, label: t(`catalogue.lacks.${what}`) })),
        ]}
        onChange={({ currentTarget: { value } }) => onView({ ...view, missing: lacks.find((what) => what === value) })}
      />
      <Chip checked={view.isDeleted} onChange={(isDeleted) => onView({ ...view, isDeleted })}>
        {t('catalogue.onlyDeleted')}
      </Chip>
    </Group>
  );
}
