import { Chip, Group, NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { SearchField } from '../layout/SearchField.tsx';
import { rootKinds, searchCharacters, titleStates, type CatalogueView } from './view.ts';

interface Props {
  readonly view: CatalogueView;
  /** `again`: it takes the place of the view before in the browser's history. */
  readonly onView: (view: CatalogueView, again?: boolean) => void;
}

/** Which series and movies are shown. Each choice is a step in the browser's history. */
export function CatalogueFilters({ view, onView }: Props) {
  const { t } = useTranslation();
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
      <Chip checked={view.isDeleted} onChange={(isDeleted) => onView({ ...view, isDeleted })}>
        {t('catalogue.onlyDeleted')}
      </Chip>
    </Group>
  );
}
