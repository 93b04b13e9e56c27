import { Anchor, Group, Stack, Text, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Account } from '../../../kit/api/types.ts';
import { Section } from '../../../kit/layout/Section.tsx';
import { formats } from '../../../kit/messages/i18n.ts';
import type { AccountEvent, UserDetails } from '../api/types.ts';
import { Changes } from '../audit/Changes.tsx';
import { addressOf } from '../audit/filter.ts';
import { eventInWords } from '../words/audit.ts';

interface Props {
  readonly user: UserDetails;
  /** Who looks at it. */
  readonly account: Account;
}

function By({ event: { actor, address }, user, account }: Props & { readonly event: AccountEvent }) {
  const { t } = useTranslation();
  const who =
    actor === null
      ? t('user.byNobody')
      : actor === account.id
        ? t('user.byYou')
        : actor === user.id
          ? t('user.byOwner')
          : undefined;
  return (
    <Text size="xs" c="dimmed" className="break-anywhere">
      {who ??
        (account.permissions.includes('accounts.manage') && actor?.startsWith('account_') ? (
          <Anchor component={Link} to={`/users/${actor}`} inherit c="dimmed" underline="always">
            {t('user.byStaff')}
          </Anchor>
        ) : (
          t('user.byStaff')
        ))}
      {address !== null && <span className="figures">{` ${t('user.from', { address })}`}</span>}
    </Text>
  );
}

/** What happened to somebody's account lately, newest first. */
export function UserHistory({ user, account }: Props) {
  const { t } = useTranslation();
  const { ago, exactly } = formats();
  return (
    <Section
      title={t('user.history')}
      aside={
        account.permissions.includes('audit.read') && (
          <Anchor component={Link} to={`/audit?${addressOf({ subject: user.id })}`} size="sm" className="back">
            {t('user.historyAll')}
          </Anchor>
        )
      }
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t(user.history.length === 0 ? 'user.historyNone' : 'user.historyText')}
        </Text>
        {user.history.length > 0 && (
          <ul className="rows" aria-label={t('user.history')}>
            {user.history.map((event) => (
              <li key={event.id} className="row" data-testid="user-event" data-event={event.event}>
                <Stack gap={4}>
                  <Group justify="space-between" align="baseline" gap="sm">
                    <Text size="sm" fw={600}>
                      {eventInWords(t, event.event)}
                    </Text>
                    <Text size="sm" c="dimmed" component="time" dateTime={event.at} title={exactly(event.at)}>
                      {ago(event.at)}
                      <VisuallyHidden> {exactly(event.at)}</VisuallyHidden>
                    </Text>
                  </Group>
                  <By event={event} user={user} account={account} />
                  <Changes record={event} />
                </Stack>
              </li>
            ))}
          </ul>
        )}
      </Stack>
    </Section>
  );
}
