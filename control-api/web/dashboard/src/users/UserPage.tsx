import { Anchor, Group, Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { IconArrowLeft, IconUserOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useOutletContext, useParams } from 'react-router';
import { codeOf, messageOf } from '../../../kit/api/problem.ts';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { TryAgain } from '../../../kit/layout/TryAgain.tsx';
import { useAccount } from '../api/accounts.ts';
import type { UserDetails } from '../api/types.ts';
import type { ShellContext } from '../layout/shell-context.ts';
import { ToPage } from '../layout/ToPage.tsx';
import { accountPath } from '../paths.ts';
import { LeavingBadge, RoleBadge, StatusBadge } from './badges.tsx';
import { nameOf } from './names.ts';
import { UserActions } from './UserActions.tsx';
import { UserFacts } from './UserFacts.tsx';
import { UserHistory } from './UserHistory.tsx';

function Loading() {
  const { t } = useTranslation();
  return (
    <Stack gap="lg" aria-busy="true">
      <VisuallyHidden role="status">{t('user.loading')}</VisuallyHidden>
      <Skeleton height={40} radius="lg" maw={420} />
      <Skeleton height={240} radius="lg" />
    </Stack>
  );
}

function User({ user }: { readonly user: UserDetails }) {
  const { t } = useTranslation();
  const { account } = useOutletContext<ShellContext>();
  return (
    <Stack gap="lg">
      <div>
        <Anchor component={Link} to="/users" size="sm" className="back">
          <Group gap={4} component="span" display="inline-flex">
            <IconArrowLeft size={16} className="toward-start" aria-hidden />
            {t('user.back')}
          </Group>
        </Anchor>
        <Group gap="sm" mt={4}>
          <PageHeading title={nameOf(t, user)} data-testid="user-name" />
          <RoleBadge role={user.role} />
          <StatusBadge status={user.status} />
          {user.deletion && <LeavingBadge endsAt={user.deletion.endsAt} />}
        </Group>
      </div>
      {user.id === account.id && (
        <Notice
          tone="information"
          title={t('user.you')}
          says={t('user.youText')}
          toDo={
            <Anchor component={Link} to={accountPath} size="sm" className="back">
              {t('shell.ownAccount')}
            </Anchor>
          }
        />
      )}
      <UserActions user={user} />
      <UserFacts user={user} />
      <UserHistory user={user} account={account} />
    </Stack>
  );
}

/** One user: how they sign in, what happened, and what can be done. */
export function UserPage() {
  const { t } = useTranslation();
  const { accountId = '' } = useParams();
  const { data, error, refetch } = useAccount(accountId);
  if (data) return <User key={data.id} user={data} />;
  if (!error) return <Loading />;
  // An address that is no id is refused as one.
  if (['not_found', 'invalid_request'].includes(codeOf(error) ?? ''))
    return (
      <EmptyPage
        icon={IconUserOff}
        title={t('user.gone')}
        text={t('user.goneText')}
        toDo={<ToPage path="/users" name="users" />}
        data-testid="user-missing"
      />
    );
  return (
    <Stack gap="lg">
      <PageHeading title={t('user.failed')} />
      <Notice
        tone="failure"
        title={t('user.failed')}
        says={messageOf(error)}
        toDo={<TryAgain onClick={() => void refetch()} />}
      />
    </Stack>
  );
}
