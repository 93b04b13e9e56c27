import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { messageOf } from '../../../kit/api/problem.ts';
import { formats } from '../../../kit/messages/i18n.ts';
import { useUploadUsage } from '../api/upload-quota.ts';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { TryAgain } from '../../../kit/layout/TryAgain.tsx';

/** How much each account has uploaded, those that store most first. */
export function UploadUsage() {
  const { t } = useTranslation();
  const { bytes, number } = formats();
  const { data, error, refetch } = useUploadUsage();
  if (error && !data)
    return (
      <Notice
        tone="failure"
        title={t('operations.usageFailed')}
        says={messageOf(error)}
        toDo={<TryAgain onClick={() => void refetch()} />}
      />
    );
  if (!data) return null;
  const { items, limits } = data;
  const columns = [
    ['storedBytes', bytes],
    ['begunBytes', bytes],
    ['begun', number],
    ['open', number],
  ] as const;
  return (
    <Section title={t('operations.usage')}>
      {items.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('operations.usageNone')}
        </Text>
      ) : (
        <Table.ScrollContainer
          minWidth={480}
          // By keyboard, too.
          scrollAreaProps={{
            viewportProps: { tabIndex: 0, role: 'group', 'aria-label': t('operations.usageCaption') },
          }}
        >
          <Table verticalSpacing="xs" horizontalSpacing={6} aria-label={t('operations.usageCaption')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('operations.account')}</Table.Th>
                {columns.map(([kind, format]) => (
                  <Table.Th key={kind} ta="end">
                    {t(`operations.${kind}`)}
                    {limits[kind] !== null && (
                      <Text size="xs" c="dimmed" component="div">
                        {t('operations.limit', { limit: format(limits[kind]) })}
                      </Text>
                    )}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody className="figures">
              {items.map(({ accountId, email, used }) => (
                <Table.Tr key={accountId} data-testid="usage" data-account={email}>
                  <Table.Td className="break-anywhere">{email}</Table.Td>
                  {columns.map(([kind, format]) => (
                    <Table.Td key={kind} ta="end">
                      {format(used[kind])}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Section>
  );
}
