import { Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formats } from '../../../kit/messages/i18n.ts';
import { tryEventAgain } from '../api/operations.ts';
import type { OperationsStatus } from '../api/types.ts';
import { tellFailed } from '../../../kit/layout/notify.ts';
import { Section } from '../../../kit/layout/Section.tsx';
import { DottedName } from './DottedName.tsx';

type SetAside = OperationsStatus['setAside'][number];

function Event({ event, mayManage }: { readonly event: SetAside; readonly mayManage: boolean }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const names = { event: event.event, consumer: event.consumer };

  async function retry() {
    setBusy(true);
    try {
      await tryEventAgain(event.eventId, event.consumer);
    } catch (error) {
      tellFailed(t('operations.eventNotRetried'), error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Group component="li" justify="space-between" align="flex-start" wrap="nowrap" data-testid="set-aside">
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={600} className="break-anywhere">
          {t('operations.setAsideOf', names)}
        </Text>
        <Text size="xs" c="dimmed" className="break-anywhere figures">
          {t('operations.setAsideFacts', { subject: event.subject, count: event.attempts, at: event.recordedAt })}
        </Text>
        <Text size="xs" c="var(--mantine-color-error)" className="break-anywhere">
          {event.error}
        </Text>
      </div>
      {mayManage && (
        <Button
          size="compact-sm"
          variant="light"
          leftSection={<IconRefresh size={14} />}
          style={{ flexShrink: 0 }}
          loading={busy}
          aria-label={t('operations.retryEventOf', names)}
          onClick={() => void retry()}
        >
          {t('operations.retryEvent')}
        </Button>
      )}
    </Group>
  );
}

/** Events that are still to be handled, and those that a consumer could not handle. */
export function Outbox({ status, mayManage }: { readonly status: OperationsStatus; readonly mayManage: boolean }) {
  const { t } = useTranslation();
  const { number } = formats();
  return (
    <>
      {status.setAside.length > 0 && (
        <Section title={t('operations.setAsideTitle')}>
          <Stack component="ul" gap="md" m={0} p={0} style={{ listStyle: 'none' }}>
            {status.setAside.map((event) => (
              <Event key={`${event.eventId} ${event.consumer}`} event={event} mayManage={mayManage} />
            ))}
          </Stack>
        </Section>
      )}
      {status.outbox.length > 0 && (
        <Section title={t('operations.outbox')}>
          <Table verticalSpacing="xs" horizontalSpacing={6} aria-label={t('operations.outboxCaption')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('operations.consumer')}</Table.Th>
                <Table.Th ta="end">{t('operations.waiting')}</Table.Th>
                <Table.Th ta="end">{t('operations.setAside')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody className="figures">
              {status.outbox.map(({ consumer, waiting, setAside }) => (
                <Table.Tr key={consumer} data-testid="consumer" data-consumer={consumer}>
                  <Table.Td>
                    <DottedName name={consumer} />
                  </Table.Td>
                  <Table.Td ta="end">{number(waiting)}</Table.Td>
                  <Table.Td ta="end">
                    {setAside === 0 ? (
                      number(setAside)
                    ) : (
                      <Badge color="red" variant="light" tt="none">
                        {number(setAside)}
                      </Badge>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Section>
      )}
    </>
  );
}
