import { Button, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { messageOf } from '../../../kit/api/problem.ts';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { TryAgain } from '../../../kit/layout/TryAgain.tsx';
import { formats } from '../../../kit/messages/i18n.ts';
import { useTerms } from '../api/terms.ts';
import type { Term, TermKind } from '../api/types.ts';
import { SearchField } from '../layout/SearchField.tsx';
import { useVirtualRows } from '../layout/use-virtual-rows.ts';
import { Thumb } from '../pictures/Thumb.tsx';
import { TermDialog } from './TermDialog.tsx';

/** The name of a term, which opens it, and the languages it has. */
export function TermLine({ term, onOpen }: { readonly term: Term; readonly onOpen: (() => void) | undefined }) {
  const { list, languageName } = formats();
  const name = (
    <Group gap="sm" wrap="nowrap" component="span">
      {term.kind === 'person' && <Thumb picture={term.portrait} isRound />}
      <Text span size="sm" fw={600} className="break-anywhere">
        <bdi>{term.name}</bdi>
      </Text>
    </Group>
  );
  return (
    <Group justify="space-between" gap="sm">
      {onOpen ? (
        <UnstyledButton onClick={onOpen} className="term-name" data-testid="term-name">
          {name}
        </UnstyledButton>
      ) : (
        name
      )}
      <Text size="xs" c="dimmed">
        {list(term.texts.map(({ language }) => languageName(language) ?? language))}
      </Text>
    </Group>
  );
}

interface LinesProps {
  readonly label: string;
  readonly terms: readonly Term[];
  readonly hasMore: boolean;
  readonly onMore: (() => void) | undefined;
  /** Undefined: they are not changed by this account. */
  readonly onOpen: ((term: Term) => void) | undefined;
}

/** Those of a long list that are about to be seen. */
function Lines({ label, terms, hasMore, onMore, onOpen }: LinesProps) {
  const { rows, below, holder, measure } = useVirtualRows({
    count: terms.length,
    keyAt: (index) => terms[index]?.id ?? String(index),
    height: 50,
    onMore,
  });
  return (
    <ul
      className="rows"
      style={{ paddingBlockEnd: below }}
      aria-label={label}
      {...holder}
      ref={holder.ref as RefObject<HTMLUListElement | null>}
    >
      {rows.map(({ index, key, above }) => {
        const term = terms[index];
        return (
          term && (
            <li
              key={key}
              ref={measure}
              className="row"
              style={{ marginBlockStart: above }}
              data-index={index}
              aria-setsize={hasMore ? -1 : terms.length}
              aria-posinset={index + 1}
              data-testid="term"
            >
              <TermLine term={term} onOpen={onOpen && (() => onOpen(term))} />
            </li>
          )
        );
      })}
    </ul>
  );
}

interface Props {
  readonly kind: Exclude<TermKind, 'category'>;
  readonly mayEdit: boolean;
  readonly search: string;
  readonly onSearch: (search: string, again: boolean) => void;
}

/** Tags or people, by their names. */
export function TermList({ kind, mayEdit, search, onSearch }: Props) {
  const { t } = useTranslation();
  const query = useTerms(kind, search);
  const terms = query.data?.pages.flatMap((page) => page.items);
  const [opened, setOpened] = useState<Term | 'new'>();
  const canGoOn = query.hasNextPage && !query.isFetching && !query.isError;
  return (
    <Section
      title={t(`terms.title.${kind}`)}
      aside={
        mayEdit && (
          <Button size="xs" leftSection={<IconPlus size={16} />} onClick={() => setOpened('new')}>
            {t(`terms.add.${kind}`)}
          </Button>
        )
      }
    >
      <Stack gap="sm">
        {/* In a line, along which it grows. */}
        <Group>
          <SearchField
            label={t(`terms.search.${kind}`)}
            clear={t('catalogue.searchClear')}
            search={search}
            maxLength={120}
            onSearch={onSearch}
          />
        </Group>
        {!terms && <NotLoaded error={query.error} onAgain={query.refetch} />}
        {terms?.length === 0 && (
          <Text size="sm" c="dimmed" role="status">
            {t(search === '' ? `terms.none.${kind}` : 'catalogue.emptyFilter')}
          </Text>
        )}
        <Lines
          key={search}
          label={t(`terms.title.${kind}`)}
          terms={terms ?? []}
          hasMore={query.hasNextPage}
          onMore={canGoOn ? () => void query.fetchNextPage() : undefined}
          onOpen={mayEdit ? setOpened : undefined}
        />
        {query.isFetchNextPageError && (
          <Notice
            tone="failure"
            title={t('catalogue.moreFailed')}
            says={messageOf(query.error)}
            toDo={<TryAgain onClick={() => void query.fetchNextPage()} />}
          />
        )}
      </Stack>
      <TermDialog
        opened={opened !== undefined}
        // As it is now: a portrait is changed while the dialog is open.
        term={opened === 'new' ? undefined : (terms?.find(({ id }) => id === opened?.id) ?? opened)}
        kind={kind}
        onClose={() => setOpened(undefined)}
      />
    </Section>
  );
}
