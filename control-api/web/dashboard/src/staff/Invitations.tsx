import { Button, Group, Stack, Text } from '@mantine/core';
import { IconSend, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { messageOf } from '../../../kit/api/problem.ts';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { ConfirmDialog } from '../../../kit/layout/ConfirmDialog.tsx';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { tellDone, tellFailed } from '../../../kit/layout/notify.ts';
import { formats } from '../../../kit/messages/i18n.ts';
import { Section } from '../../../kit/layout/Section.tsx';
import { TryAgain } from '../../../kit/layout/TryAgain.tsx';
import { Waiting } from '../../../kit/layout/Waiting.tsx';
import { sendInvitationAgain, useInvitations, withdrawInvitation } from '../api/invitations.ts';
import type { Invitation } from '../api/types.ts';
import { RoleBadge } from '../users/badges.tsx';

interface RowProps {
  readonly invitation: Invitation;
  /** Id of the account that looks at them. */
  readonly accountId: string;
  readonly onWithdraw: () => void;
}

function Row({ invitation, accountId, onWithdraw }: RowProps) {
  const { t } = useTranslation();
  const { id, email, role, titles, invitedBy, sentAt, expiresAt } = invitation;
  const { isBusy, submit } = useSubmission(
    async () => {
      await sendInvitationAgain(id);
      tellDone(t('staff.sentAgain'), email);
    },
    (error) => tellFailed(email, error),
  );
  const by = invitedBy.id === accountId ? t('staff.byYou') : t('staff.by', { email: invitedBy.email ?? invitedBy.id });
  return (
    <Group component="li" gap="sm" className="row" align="flex-start" data-testid="invitation">
      <div className="row-words" style={{ flexBasis: 220 }}>
        <Group gap="xs">
          <Text fw={600} size="sm" className="break-anywhere">
            {email}
          </Text>
          <RoleBadge role={role} />
        </Group>
        <Text size="sm" c="dimmed" className="break-anywhere">
          {t('staff.sent', { at: sentAt })} {by}
          {' · '}
          {t('staff.until', { at: expiresAt })}
        </Text>
        {titles !== null && (
          <Text size="sm" c="dimmed" className="break-anywhere">
            {titles.length === 0
              ? t('staff.invitedToNone')
              : t('staff.invitedTo', { titles: formats().list(titles.map(({ name }) => name)) })}
          </Text>
        )}
      </div>
      <Group gap="xs">
        <Button
          variant="default"
          size="xs"
          leftSection={<IconSend size={14} />}
          loading={isBusy}
          aria-label={t('staff.sendAgainTo', { email })}
          onClick={submit}
        >
          {t('staff.sendAgain')}
        </Button>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconX size={14} />}
          aria-label={t('staff.withdrawOf', { email })}
          onClick={onWithdraw}
        >
          {t('staff.withdraw')}
        </Button>
      </Group>
    </Group>
  );
}

/** Who was asked to become staff and has not accepted yet. */
export function Invitations({ accountId }: { readonly accountId: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useInvitations();
  const [withdrawn, setWithdrawn] = useState<Invitation>();
  return (
    <Section title={t('staff.invitations')}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t(data?.length === 0 ? 'staff.none' : 'staff.invitationsText')}
        </Text>
        {error !== null && (
          <Notice
            tone="failure"
            title={t('staff.invitationsFailed')}
            says={messageOf(error)}
            toDo={<TryAgain onClick={() => void refetch()} />}
          />
        )}
        {!data && error === null && <Waiting isPart />}
        {data && data.length > 0 && (
          <ul className="rows" aria-label={t('staff.invitations')}>
            {data.map((invitation) => (
              <Row
                key={invitation.id}
                invitation={invitation}
                accountId={accountId}
                onWithdraw={() => setWithdrawn(invitation)}
              />
            ))}
          </ul>
        )}
      </Stack>
      <ConfirmDialog
        opened={withdrawn !== undefined}
        title={t('staff.withdrawTitle')}
        action={t('staff.withdraw')}
        keep={t('staff.keep')}
        onClose={() => setWithdrawn(undefined)}
        onConfirm={async () => withdrawn && withdrawInvitation(withdrawn.id)}
      >
        {withdrawn && t('staff.withdrawText', { email: withdrawn.email })}
      </ConfirmDialog>
    </Section>
  );
}
