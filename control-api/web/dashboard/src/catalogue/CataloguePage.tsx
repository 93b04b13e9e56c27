import { Button, Card, Center, Group, Loader, Skeleton, Stack, Text, VisuallyHidden } from '@mantine/core';
import { IconFilterOff, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutletContext, useSearchParams } from 'react-router';
import { messageOf } from '../../../kit/api/problem.ts';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { TryAgain } from '../../../kit/layout/TryAgain.tsx';
import { useCatalogue } from '../api/titles.ts';
import type { ShellContext } from '../layout/shell-context.ts';
import { titlesWithEdits } from '../title/kept-edits.ts';
import { CatalogueFilters } from './CatalogueFilters.tsx';
import { CatalogueNav } from './CatalogueNav.tsx';
import { NewTitleDialog } from './NewTitleDialog.tsx';
import { TitleList } from './TitleList.tsx';
import { addressOf, viewIn, wholeCatalogue, type CatalogueView } from './view.ts';

/** In place of a list that is on its way. */
export function LoadingList({ says }: { readonly says: string }) {
  return (
    <Stack gap="sm" aria-busy="true">
      <VisuallyHidden role="status">{says}</VisuallyHidden>
      {[0, 1, 2].map((row) => (
        <Skeleton key={row} height={56} radius="lg" />
      ))}
    </Stack>
  );
}

interface NothingProps {
  readonly isNarrowed: boolean;
  readonly onShowAll: () => void;
  /** Undefined: this account makes none. */
  readonly onNew: (() => void) | undefined;
}

function Nothing({ isNarrowed, onShowAll, onNew }: NothingProps) {
  const { t } = useTranslation();
  return (
    <Card withBorder radius="lg" padding="xl" data-testid="titles-empty">
      <Stack align="center" gap="sm">
        <Text c="dimmed" ta="center" maw={420}>
          {t(isNarrowed ? 'catalogue.emptyFilter' : 'catalogue.empty')}
        </Text>
        {isNarrowed && (
          <Button variant="light" leftSection={<IconFilterOff size={16} />} onClick={onShowAll}>
            {t('catalogue.showAll')}
          </Button>
        )}
        {!isNarrowed && onNew && (
          <Button leftSection={<IconPlus size={16} />} onClick={onNew}>
            {t('newTitle.title')}
          </Button>
        )}
      </Stack>
    </Card>
  );
}

/** Series and movies: searched and filtered as the address says. */
export function CataloguePage() {
  const { t } = useTranslation();
  const { account } = useOutletContext<ShellContext>();
  const [address, setAddress] = useSearchParams();
  const view = viewIn(address);
  const onView = (next: CatalogueView, again = false) => setAddress(addressOf(next), { replace: again });
  const [isMaking, setIsMaking] = useState(false);
  const mayEdit = account.permissions.includes('titles.edit');
  const query = useCatalogue(view);
  const edited = titlesWithEdits(account.id);
  const titles = query.data?.pages.flatMap((page) => page.items) ?? [];

  const hasFailedToGoOn = query.isFetchNextPageError;
  const canGoOn = query.hasNextPage && !query.isFetching && !query.isError;
  return (
    <Stack gap="lg">
      <CatalogueNav />
      <Group justify="space-between" align="center" gap="sm">
        <div>
          <PageHeading title={t('catalogue.title')} />
          <Text c="dimmed" size="sm">
            {t('catalogue.lead')}
          </Text>
        </div>
        {mayEdit && (
          <Button leftSection={<IconPlus size={18} />} onClick={() => setIsMaking(true)}>
            {t('newTitle.title')}
          </Button>
        )}
      </Group>
      <CatalogueFilters view={view} onView={onView} />
      {query.isError && !hasFailedToGoOn && (
        <Notice
          tone="failure"
          title={t('catalogue.failed')}
          says={messageOf(query.error)}
          toDo={<TryAgain onClick={() => void query.refetch()} />}
        />
      )}
      {query.isPending && !query.isError && <LoadingList says={t('catalogue.loading')} />}
      {query.isSuccess && titles.length === 0 && (
        <Nothing
          isNarrowed={addressOf(view).size > 0}
          onShowAll={() => onView(wholeCatalogue)}
          onNew={mayEdit ? () => setIsMaking(true) : undefined}
        />
      )}
      <VisuallyHidden role="status">{query.data && t('catalogue.shown', { count: titles.length })}</VisuallyHidden>
      {titles.length > 0 && (
        <div aria-busy={query.isPlaceholderData} {...(query.isPlaceholderData && { className: 'stale' })}>
          <TitleList
            // Another view begins at its own top.
            key={addressOf(view).toString()}
            titles={titles}
            edited={edited}
            hasMore={query.hasNextPage}
            onMore={canGoOn ? () => void query.fetchNextPage() : undefined}
          />
        </div>
      )}
      {query.isFetchingNextPage && (
        <Center>
          <Loader size="sm" aria-label={t('catalogue.loadingMore')} />
        </Center>
      )}
      {hasFailedToGoOn && (
        <Notice
          tone="failure"
          title={t('catalogue.moreFailed')}
          says={messageOf(query.error)}
          toDo={<TryAgain onClick={() => void query.fetchNextPage()} />}
        />
      )}
      <NewTitleDialog opened={isMaking} onClose={() => setIsMaking(false)} />
    </Stack>
  );
}
