import { Chip, Group, NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { SearchField } from '../layout/SearchField.tsx';
import { assetStates, searchCharacters, sorts, type LibraryView, type Order, type Sort } from './view.ts';

interface Props {
  readonly view: LibraryView;
  /** `again`: it takes the place of the view before in the browser's history. */
  readonly onView: (view: LibraryView, again?: boolean) => void;
  /** Where the list has no heads of columns to sort by. */
  readonly offersOrder: boolean;
}

/** Which titles are shown. Each choice is a step in the browser's history. */
export function LibraryFilters({ view, onView, offersOrder }: Props) {
  const { t } = useTranslation();
  return (
    <Group role="search" aria-label={t('library.filter')} gap="sm">
      <SearchField
        label={t('library.search')}
        clear={t('library.searchClear')}
        search={view.search}
        maxLength={searchCharacters}
        onSearch={(search, again) => onView({ ...view, search }, again)}
      />
      <NativeSelect
        aria-label={t('library.show')}
        className="filter-choice"
        value={view.state ?? ''}
        data={[
          { value: '', label: t('library.allStates') },
          ...assetStates.map((one) => ({ value: one, label: t(`assetStates.${one}`) })),
        ]}
        onChange={({ currentTarget: { value } }) =>
          onView({ ...view, state: assetStates.find((one) => one === value) })
        }
      />
      {offersOrder && (
        <NativeSelect
          aria-label={t('library.order')}
          className="filter-choice"
          value={`${view.sort} ${view.order}`}
          data={sorts.flatMap((sort) =>
            (['asc', 'desc'] as const).map((order) => ({
              value: `${sort} ${order}`,
              label: t(`library.orders.${sort}.${order}`),
            })),
          )}
          onChange={({ currentTarget: { value } }) => {
            const [sort, order] = value.split(' ') as [Sort, Order];
            onView({ ...view, sort, order });
          }}
        />
      )}
      <Chip checked={view.mine} onChange={(mine) => onView({ ...view, mine })}>
        {t('library.mine')}
      </Chip>
      <Chip checked={view.hasWarnings} onChange={(hasWarnings) => onView({ ...view, hasWarnings })}>
        {t('library.withWarnings')}
      </Chip>
    </Group>
  );
}
