import { Button, Card, Center, Group, Skeleton, Stack, Text, VisuallyHidden } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutletContext, useSearchParams } from 'react-router';
import { messageOf } from '../../../kit/api/problem.ts';
import { useAssetTitles } from '../api/assets.ts';
import { useAuditLog } from '../api/audit.ts';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import type { ShellContext } from '../layout/shell-context.ts';
import { TryAgain } from '../../../kit/layout/TryAgain.tsx';
import { AuditExport } from './AuditExport.tsx';
import { AuditFilterForm } from './AuditFilterForm.tsx';
import { AuditList } from './AuditList.tsx';
import { ChainState } from './ChainState.tsx';
import { assetsToName } from './changes.ts';
import { addressOf, filterIn, isFilterTaken } from './filter.ts';

function Failed({
  title,
  error,
  onRetry,
}: {
  readonly title: string;
  readonly error: unknown;
  readonly onRetry: () => void;
}) {
  return <Notice tone="failure" title={title} says={messageOf(error)} toDo={<TryAgain onClick={onRetry} />} />;
}

function Loading() {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" aria-busy="true">
      <VisuallyHidden role="status">{t('audit.loading')}</VisuallyHidden>
      {[0, 1, 2].map((row) => (
        <Skeleton key={row} height={84} radius="lg" />
      ))}
    </Stack>
  );
}

/** Who changed what, newest first. */
export function AuditPage() {
  const { t } = useTranslation(['dashboard', 'kit']);
  const { account } = useOutletContext<ShellContext>();
  const [search, setSearch] = useSearchParams();
  const filter = filterIn(search);
  const isAsked = isFilterTaken(filter);
  const query = useAuditLog(filter, isAsked);
  const records = query.data?.pages.flatMap((page) => page.items) ?? [];
  const titles = useAssetTitles(account.permissions.includes('assets.read') ? assetsToName(records) : []);

  // "Show more" goes away with the last page; who has pressed it reads on at the first record that came.
  const list = useRef<HTMLDivElement>(null);
  const readOnAt = useRef<number>(undefined);
  useEffect(() => {
    const at = readOnAt.current;
    if (at === undefined || records.length <= at) return;
    readOnAt.current = undefined;
    list.current?.querySelectorAll<HTMLElement>('[data-record]')[at]?.focus();
  }, [records.length]);
  const showMore = () => {
    readOnAt.current = records.length;
    void query.fetchNextPage();
  };

  return (
    <Stack gap="lg">
      <Group justify="space-between" align="center">
        <div>
          <PageHeading title={t('audit.title')} />
          <Text c="dimmed" size="sm">
            {t('audit.lead')}
          </Text>
        </div>
        {query.data && (
          <Group gap="sm">
            <AuditExport filter={filter} />
            <Button
              variant="default"
              leftSection={<IconRefresh size={16} />}
              loading={query.isRefetching}
              onClick={() => void query.refetch()}
            >
              {t('audit.refresh')}
            </Button>
          </Group>
        )}
      </Group>
      <ChainState />
      <AuditFilterForm filter={filter} onFilter={(chosen) => setSearch(addressOf(chosen))} />
      {query.isError && !query.isFetchNextPageError && (
        <Failed title={t('audit.failed')} error={query.error} onRetry={() => void query.refetch()} />
      )}
      {isAsked && query.isPending && <Loading />}
      {query.isSuccess && records.length === 0 && (
        <Card withBorder radius="lg" padding="xl" data-testid="audit-empty">
          <Text c="dimmed" ta="center">
            {query.hasNextPage
              ? t('audit.emptySoFar')
              : addressOf(filter).size > 0
                ? t('audit.emptyFilter')
                : t('audit.empty')}
          </Text>
        </Card>
      )}
      <VisuallyHidden role="status">{query.data && t('audit.shown', { count: records.length })}</VisuallyHidden>
      {records.length > 0 && (
        <div ref={list}>
          <AuditList records={records} accountId={account.id} titles={titles} />
        </div>
      )}
      {query.isFetchNextPageError && <Failed title={t('audit.moreFailed')} error={query.error} onRetry={showMore} />}
      {query.hasNextPage && !query.isFetchNextPageError && (
        <Center>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={showMore}>
            {t('audit.showMore')}
          </Button>
        </Center>
      )}
    </Stack>
  );
}
