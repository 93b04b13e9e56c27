import { ActionIcon, Chip, Group, NativeSelect, TextInput } from '@mantine/core';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { assetStates, searchCharacters, sorts, type LibraryView, type Order, type Sort } from './view.ts';

/** How long to wait for the next letter before what was typed is searched for. */
const typingMs = 350;

interface Props {
  readonly view: LibraryView;
  /** `again`: it takes the place of the view before in the browser's history. */
  readonly onView: (view: LibraryView, again?: boolean) => void;
  /** Where the list has no heads of columns to sort by. */
  readonly offersOrder: boolean;
}

function SearchField({ view, onView }: Pick<Props, 'view' | 'onView'>) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(view.search);
  const [draft, setDraft] = useState(view.search);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => () => clearTimeout(timer.current), []);
  // The address has changed, by a link or the browser's way back: the field follows.
  if (shown !== view.search) {
    setShown(view.search);
    if (draft.trim() !== view.search) setDraft(view.search);
  }

  const search = (text: string) => {
    clearTimeout(timer.current);
    const wanted = text.trim();
    // One search is one step of the browser's way back, however many letters it took.
    if (wanted !== view.search) onView({ ...view, search: wanted }, view.search !== '' && wanted !== '');
  };
  const later = useRef(search);
  later.current = search;

  return (
    <TextInput
      ref={field}
      type="search"
      aria-label={t('library.search')}
      placeholder={t('library.search')}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        draft !== '' && (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('library.searchClear')}
            onClick={() => {
              setDraft('');
              search('');
              field.current?.focus();
            }}
          >
            <IconX size={16} />
          </ActionIcon>
        )
      }
      value={draft}
      maxLength={searchCharacters}
      autoComplete="off"
      spellCheck={false}
      className="library-search"
      onChange={({ currentTarget: { value } }) => {
        setDraft(value);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => later.current(value), typingMs);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') search(draft);
      }}
    />
  );
}

/** Which titles are shown. Each choice is a step in the browser's history. */
export function LibraryFilters({ view, onView, offersOrder }: Props) {
  const { t } = useTranslation();
  return (
    <Group role="search" aria-label={t('library.filter')} gap="sm">
      <SearchField view={view} onView={onView} />
      <NativeSelect
        aria-label={t('library.show')}
        className="library-choice"
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
          className="library-choice"
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
