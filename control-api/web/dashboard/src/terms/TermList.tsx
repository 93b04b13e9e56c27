import { Button, Center, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { formats } from '../../../kit/messages/i18n.ts';
import { useTerms } from '../api/terms.ts';
import type { Term, TermKind } from '../api/types.ts';
import { SearchField } from '../layout/SearchField.tsx';
import { TermDialog } from './TermDialog.tsx';

/** The name of a term, which opens it, and the languages it has. */
export function TermLine({ term, onOpen }: { readonly term: Term; readonly onOpen: (() => void) | undefined }) {
  const { list, languageName } = formats();
  const name = (
    <Text span size="sm" fw={600} className="break-anywhere">
      <bdi>{term.name}</bdi>
    </Text>
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
        <SearchField
          label={t(`terms.search.${kind}`)}
          clear={t('catalogue.searchClear')}
          search={search}
          maxLength={120}
          onSearch={onSearch}
        />
        {!terms && <NotLoaded error={query.error} onAgain={query.refetch} />}
        {terms?.length === 0 && (
          <Text size="sm" c="dimmed" role="status">
            {t(search === '' ? `terms.none.${kind}` : 'catalogue.emptyFilter')}
          </Text>
        )}
        <ul className="rows" aria-label={t(`terms.title.${kind}`)}>
          {terms?.map((term) => (
            <li key={term.id} className="row" data-testid="term">
              <TermLine term={term} onOpen={mayEdit ? () => setOpened(term) : undefined} />
            </li>
          ))}
        </ul>
        {query.hasNextPage && (
          <Center>
            <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t('catalogue.showMore')}
            </Button>
          </Center>
        )}
      </Stack>
      <TermDialog
        opened={opened !== undefined}
        term={opened === 'new' ? undefined : opened}
        kind={kind}
        onClose={() => setOpened(undefined)}
      />
    </Section>
  );
}
