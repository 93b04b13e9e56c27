import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Account } from '../../../kit/api/types.ts';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { formats } from '../../../kit/messages/i18n.ts';
import { useAuditLog } from '../api/audit.ts';
import { Changes } from '../audit/Changes.tsx';
import { addressOf, noFilter } from '../audit/filter.ts';
import { eventInWords } from '../words/audit.ts';

const shownRecords = 10;

interface Props {
  readonly titleId: string;
  /** Another one after each change of the title. */
  readonly revision: number;
  readonly account: Account;
}

/** The newest changes of a title, for those who may read the audit log. */
export function HistorySection({ titleId, revision, account }: Props) {
  const { t } = useTranslation();
  const { ago, exactly } = formats();
  const filter = { ...noFilter, subject: titleId };
  const { data, error, refetch } = useAuditLog(filter, true);
  useEffect(() => void refetch(), [revision, refetch]);
  const records = data?.pages[0]?.items.slice(0, shownRecords);
  return (
    <Section
      title={t('history.title')}
      aside={
        <Anchor component={Link} to={`/audit?${addressOf({ subject: titleId })}`} size="sm" className="back">
          {t('user.historyAll')}
        </Anchor>
      }
    >
      {!records && <NotLoaded error={error} onAgain={refetch} />}
      {records && (
        <ul className="rows" aria-label={t('history.title')}>
          {records.map((record) => (
            <li key={record.id} className="row" data-testid="title-event" data-event={record.event}>
              <Stack gap={4}>
                <Group justify="space-between" align="baseline" gap="sm">
                  <Text size="sm" fw={600}>
                    {eventInWords(t, record.event)}
                  </Text>
                  <Text size="sm" c="dimmed" component="time" dateTime={record.at} title={exactly(record.at)}>
                    {ago(record.at)}
                  </Text>
                </Group>
                <Text size="xs" c="dimmed">
                  {record.actor === account.id ? t('user.byYou') : t('user.byStaff')}
                </Text>
                <Changes record={record} />
              </Stack>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
