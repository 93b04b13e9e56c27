import { Button, Card, Center, Skeleton, Stack, Text, VisuallyHidden } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutletContext, useSearchParams } from 'react-router';
import { messageOf } from '../../../kit/api/problem.ts';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { TryAgain } from '../../../kit/layout/TryAgain.tsx';
import { useAccounts } from '../api/accounts.ts';
import type { ShellContext } from '../layout/shell-context.ts';
import { UserFilters } from './UserFilters.tsx';
import { UserList } from './UserList.tsx';
import { addressOf, everybody, viewIn, type UsersView } from './view.ts';

function Loading() {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" aria-busy="true">
      <VisuallyHidden role="status">{t('users.loading')}</VisuallyHidden>
      {[0, 1, 2].map((row) => (
        <Skeleton key={row} height={56} radius="lg" />
      ))}
    </Stack>
  );
}

function Nobody({ isNarrowed, onShowAll }: { readonly isNarrowed: boolean; readonly onShowAll: () => void }) {
  const { t } = useTranslation();
  return (
    <Card withBorder radius="lg" padding="xl" data-testid="users-empty">
      <Stack align="center" gap="sm">
        <Text c="dimmed" ta="center">
          {t(isNarrowed ? 'users.emptyFilter' : 'users.empty')}
        </Text>
        {isNarrowed && (
          <Button variant="light" leftSection={<IconFilterOff size={16} />} onClick={onShowAll}>
            {t('users.showAll')}
          </Button>
        )}
      </Stack>
    </Card>
  );
}

/** Everybody whose account one may see: searched and filtered as the address says. */
export function UsersPage() {
  const { t } = useTranslation();
  const { account } = useOutletContext<ShellContext>();
  const [address, setAddress] = useSearchParams();
  const view = viewIn(address);
  const onView = (next: UsersView, again = false) => setAddress(addressOf(next), { replace: again });
  const seesStaff = account.permissions.includes('accounts.manage');
  const query = useAccounts(view);
  const users = query.data?.pages.flatMap((page) => page.items) ?? [];

  // "Show more" goes away with the last page; who has pressed it reads on at the first user that came.
  const list = useRef<HTMLDivElement>(null);
  const readOnAt = useRef<number>(undefined);
  useEffect(() => {
    const at = readOnAt.current;
    if (at === undefined || users.length <= at) return;
    readOnAt.current = undefined;
    list.current?.querySelectorAll<HTMLElement>('[data-user]')[at]?.focus();
  }, [users.length]);
  const showMore = () => {
    readOnAt.current = users.length;
    void query.fetchNextPage();
  };

  return (
    <Stack gap="lg">
      <div>
        <PageHeading title={t('users.title')} />
        <Text c="dimmed" size="sm">
          {t(seesStaff ? 'users.lead' : 'users.leadViewers')}
        </Text>
      </div>
      <UserFilters view={view} onView={onView} seesStaff={seesStaff} />
      {query.isError && (
        <Notice
          tone="failure"
          title={t('users.failed')}
          says={messageOf(query.error)}
          toDo={<TryAgain onClick={() => void (query.isFetchNextPageError ? showMore() : query.refetch())} />}
        />
      )}
      {query.isPending && !query.isError && <Loading />}
      {query.isSuccess && users.length === 0 && (
        <Nobody isNarrowed={addressOf(view).size > 0} onShowAll={() => onView(everybody)} />
      )}
      <VisuallyHidden role="status">{query.data && t('users.shown', { count: users.length })}</VisuallyHidden>
      {users.length > 0 && (
        <div ref={list} {...(query.isPlaceholderData && { className: 'stale' })}>
          <UserList users={users} />
        </div>
      )}
      {query.hasNextPage && !query.isError && (
        <Center>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={showMore}>
            {t('users.showMore')}
          </Button>
        </Center>
      )}
    </Stack>
  );
}
