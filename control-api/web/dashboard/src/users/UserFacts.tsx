import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formats } from '../../../kit/messages/i18n.ts';
import { Section } from '../../../kit/layout/Section.tsx';
import type { UserDetails } from '../api/types.ts';

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <Text component="dd" m={0} className="break-anywhere">
        {children}
      </Text>
    </div>
  );
}

/** Who somebody is here, and how they sign in. */
export function UserFacts({ user }: { readonly user: UserDetails }) {
  const { t } = useTranslation();
  const { date, ago, exactly, list, number } = formats();
  const none = t('user.none');
  const address = t(user.isEmailProven ? 'user.proven' : 'user.notProven');
  return (
    <Section title={t('user.account')}>
      <dl className="user-facts">
        <Fact name={t('user.id')}>
          <span className="audit-id">{user.id}</span>
        </Fact>
        <Fact name={t('user.since')}>{date(user.createdAt)}</Fact>
        <Fact name={t('user.seen')}>
          {user.seenAt === null ? (
            t('user.neverSeen')
          ) : (
            <time dateTime={user.seenAt} title={exactly(user.seenAt)}>
              {ago(user.seenAt)}
            </time>
          )}
        </Fact>
        {user.deletion && (
          <Fact name={t('user.deletion')}>
            {t('user.deletionFacts', { at: user.deletion.endsAt, by: t(`audit.askers.${user.deletion.by}`) })}
            {user.deletionReason !== null && (
              <Text size="sm" c="dimmed">
                {t('user.deletionReason', { reason: user.deletionReason })}
              </Text>
            )}
          </Fact>
        )}
        <Fact name={t('user.devices')}>{t('user.deviceCount', { count: user.devices })}</Fact>
        <Fact name={t('user.address')}>{user.email === null ? none : address}</Fact>
        <Fact name={t('user.password')}>{user.hasPassword ? t('user.set') : none}</Fact>
        <Fact name={t('user.totp')}>{user.hasTotp ? t('user.set') : none}</Fact>
        <Fact name={t('user.passkeys')}>{user.passkeys === 0 ? none : number(user.passkeys)}</Fact>
        <Fact name={t('user.recoveryCodes')}>{user.recoveryCodes === 0 ? none : number(user.recoveryCodes)}</Fact>
        <Fact name={t('user.providers')}>
          {user.providers.length === 0 ? none : list(user.providers.map((name) => t(`user.providerNames.${name}`)))}
        </Fact>
      </dl>
    </Section>
  );
}
