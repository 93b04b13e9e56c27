import { Button, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutletContext, useSearchParams } from 'react-router';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { tellFailed } from '../../../kit/layout/notify.ts';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { orderCategories, useCategories } from '../api/terms.ts';
import type { Term } from '../api/types.ts';
import { CatalogueNav } from '../catalogue/CatalogueNav.tsx';
import type { ShellContext } from '../layout/shell-context.ts';
import { SortableList } from '../layout/SortableList.tsx';
import { TermDialog } from './TermDialog.tsx';
import { TermLine, TermList } from './TermList.tsx';

function Categories({ mayEdit }: { readonly mayEdit: boolean }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useCategories();
  const [opened, setOpened] = useState<Term | 'new'>();
  async function order(categories: readonly Term[]) {
    try {
      await orderCategories(categories);
    } catch (thrown) {
      tellFailed(t('parts.notOrdered'), thrown);
    }
  }
  return (
    <Section
      title={t('terms.title.category')}
      aside={
        mayEdit && (
          <Button size="xs" leftSection={<IconPlus size={16} />} onClick={() => setOpened('new')}>
            {t('terms.add.category')}
          </Button>
        )
      }
    >
      {!data && <NotLoaded error={error} onAgain={refetch} />}
      {data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('terms.none.category')}
        </Text>
      )}
      {data && (
        <SortableList
          label={t('terms.title.category')}
          items={data}
          nameOf={({ name }) => name}
          onOrder={mayEdit && data.length > 1 ? (next) => void order(next) : undefined}
          data-testid="category"
        >
          {(term) => <TermLine term={term} onOpen={mayEdit ? () => setOpened(term) : undefined} />}
        </SortableList>
      )}
      <TermDialog
        opened={opened !== undefined}
        term={opened === 'new' ? undefined : opened}
        kind="category"
        onClose={() => setOpened(undefined)}
      />
    </Section>
  );
}

/** Categories, in the order in which viewers find them, and tags. */
export function CategoriesPage() {
  const { t } = useTranslation();
  const { account } = useOutletContext<ShellContext>();
  const [address, setAddress] = useSearchParams();
  const mayEdit = account.permissions.includes('titles.edit');
  return (
    <Stack gap="lg">
      <CatalogueNav />
      <div>
        <PageHeading title={t('terms.categories')} />
        <Text c="dimmed" size="sm">
          {t('terms.categoriesLead')}
        </Text>
      </div>
      <Categories mayEdit={mayEdit} />
      <TermList
        kind="tag"
        mayEdit={mayEdit}
        search={(address.get('search') ?? '').trim()}
        onSearch={(search, again) => setAddress(search === '' ? {} : { search }, { replace: again })}
      />
    </Stack>
  );
}
