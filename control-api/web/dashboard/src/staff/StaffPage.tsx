import { Anchor, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { IconListCheck, IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useOutletContext } from 'react-router';
import { messageOf } from '../../../kit/api/problem.ts';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { TryAgain } from '../../../kit/layout/TryAgain.tsx';
import { Waiting } from '../../../kit/layout/Waiting.tsx';
import { useStaff } from '../api/accounts.ts';
import type { UserAccount } from '../api/types.ts';
import type { ShellContext } from '../layout/shell-context.ts';
import { RoleBadge, StatusBadge } from '../users/badges.tsx';
import { nameOf } from '../users/names.ts';
import { canBeNarrowed } from '../users/view.ts';
import { InviteDialog } from './InviteDialog.tsx';
import { Invitations } from './Invitations.tsx';
import { ScopeDialog } from './ScopeDialog.tsx';

interface MemberProps {
  readonly member: UserAccount;
  readonly isOneself: boolean;
  readonly onScope: () => void;
}

function Member({ member, isOneself, onScope }: MemberProps) {
  const { t } = useTranslation();
  return (
    <Group component="li" gap="sm" className="row" justify="space-between" data-testid="member">
      <Group gap="xs" style={{ minWidth: 0 }}>
        <Anchor component={Link} to={`/users/${member.id}`} size="sm" className="row-link break-anywhere">
          {nameOf(t, member)}
        </Anchor>
        {isOneself && (
          <Badge variant="light" color="gray" tt="none">
            {t('staff.you')}
          </Badge>
        )}
      </Group>
      <Group gap="xs">
        {member.status !== 'active' && <StatusBadge status={member.status} />}
        <RoleBadge role={member.role} />
        {canBeNarrowed(member.role) && !isOneself && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconListCheck size={14} />}
            aria-label={t('staff.scopeOf', { name: nameOf(t, member) })}
            onClick={onScope}
          >
            {t('staff.scope')}
          </Button>
        )}
      </Group>
    </Group>
  );
}

/** Who works for the service, and who is asked to. */
export function StaffPage() {
  const { t } = useTranslation();
  const { account } = useOutletContext<ShellContext>();
  const { data, error, refetch } = useStaff();
  const [isInviting, setIsInviting] = useState(false);
  const [scoped, setScoped] = useState<UserAccount>();
  const [asksScope, setAsksScope] = useState(false);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="center" gap="sm">
        <div>
          <PageHeading title={t('staff.title')} />
          <Text c="dimmed" size="sm">
            {t('staff.lead')}
          </Text>
        </div>
        <Button leftSection={<IconUserPlus size={18} />} onClick={() => setIsInviting(true)}>
          {t('staff.invite')}
        </Button>
      </Group>
      <Section title={t('staff.members')}>
        {error !== null && (
          <Notice
            tone="failure"
            title={t('staff.failed')}
            says={messageOf(error)}
            toDo={<TryAgain onClick={() => void refetch()} />}
          />
        )}
        {!data && error === null && <Waiting isPart />}
        {data && (
          <ul className="rows" aria-label={t('staff.members')}>
            {data.map((member) => (
              <Member
                key={member.id}
                member={member}
                isOneself={member.id === account.id}
                onScope={() => {
                  setScoped(member);
                  setAsksScope(true);
                }}
              />
            ))}
          </ul>
        )}
      </Section>
      <Invitations accountId={account.id} />
      {scoped && <ScopeDialog key={scoped.id} opened={asksScope} member={scoped} onClose={() => setAsksScope(false)} />}
      <InviteDialog opened={isInviting} onClose={() => setIsInviting(false)} />
    </Stack>
  );
}
