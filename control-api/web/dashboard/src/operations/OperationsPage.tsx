import { Badge, Grid, Skeleton, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useOutletContext } from 'react-router';
import { messageOf } from '../../../kit/api/problem.ts';
import { formats } from '../../../kit/messages/i18n.ts';
import { useOperations } from '../api/operations.ts';
import type { OperationsStatus } from '../api/types.ts';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import type { ShellContext } from '../layout/shell-context.ts';
import { TryAgain } from '../../../kit/layout/TryAgain.tsx';
import { DottedName } from './DottedName.tsx';
import { Outbox } from './Outbox.tsx';
import { UploadUsage } from './UploadUsage.tsx';

function Queue({ queue }: { readonly queue: OperationsStatus['queue'] }) {
  const { t } = useTranslation();
  const { number } = formats();
  return (
    <Section title={t('operations.queue')}>
      <Table verticalSpacing="xs" horizontalSpacing={6} aria-label={t('operations.queueCaption')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('operations.job')}</Table.Th>
            <Table.Th ta="end">{t('operations.waiting')}</Table.Th>
            <Table.Th ta="end">{t('operations.active')}</Table.Th>
            <Table.Th ta="end">{t('operations.failedJobs')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody className="figures">
          {queue.map(({ job, waiting, active, failed }) => (
            <Table.Tr key={job} data-testid="job" data-job={job}>
              <Table.Td>
                <DottedName name={job} />
              </Table.Td>
              <Table.Td ta="end">{number(waiting)}</Table.Td>
              <Table.Td ta="end">{number(active)}</Table.Td>
              <Table.Td ta="end">
                {failed === 0 ? (
                  number(failed)
                ) : (
                  <Badge color="red" variant="light" tt="none">
                    {number(failed)}
                  </Badge>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}

/** What the server found wrong with how it is set up. Its sentences come from the server, which knows the setting. */
function Notices({ notices }: { readonly notices: OperationsStatus['notices'] }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      {notices.map(({ code, setting, detail }) => (
        <Notice key={code} title={t('operations.notice', { setting })} says={detail} data-testid="notice" />
      ))}
    </Stack>
  );
}

function Disk({ storage }: { readonly storage: OperationsStatus['storage'] }) {
  const { t } = useTranslation();
  const { freeBytes, minFreeBytes } = storage;
  const isFull = freeBytes !== null && freeBytes < minFreeBytes;
  return (
    <Section title={t('operations.disk')}>
      <Text fw={650} fz="lg" className="figures" data-testid="free-disk">
        {freeBytes === null ? t('operations.freeUnknown') : t('operations.free', { bytes: freeBytes })}
      </Text>
      {freeBytes !== null && minFreeBytes > 0 && (
        <Text size="sm" c={isFull ? 'var(--mantine-color-error)' : 'dimmed'} mt={4}>
          {t(isFull ? 'operations.full' : 'operations.reserve', { bytes: minFreeBytes })}
        </Text>
      )}
    </Section>
  );
}

function Tools({ tools }: { readonly tools: OperationsStatus['tools'] }) {
  const { t } = useTranslation();
  return (
    <Section title={t('operations.tools')}>
      {tools.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('operations.toolsNone')}
        </Text>
      ) : (
        <dl className="facts">
          {tools.map(({ name, version }) => (
            <div key={name} data-testid="tool" data-tool={name}>
              <Text component="dt" size="sm" fw={600}>
                {name}
              </Text>
              <Text component="dd" size="xs" c="dimmed" m={0} className="break-anywhere">
                {version}
              </Text>
            </div>
          ))}
        </dl>
      )}
    </Section>
  );
}

function Loaded({
  status,
  mayManage,
  maySeeUsage,
}: {
  readonly status: OperationsStatus;
  readonly mayManage: boolean;
  readonly maySeeUsage: boolean;
}) {
  return (
    <Grid gap="lg">
      {status.notices.length > 0 && (
        <Grid.Col span={12}>
          <Notices notices={status.notices} />
        </Grid.Col>
      )}
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Stack gap="lg">
          <Queue queue={status.queue} />
          <Outbox status={status} mayManage={mayManage} />
          {maySeeUsage && <UploadUsage />}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Stack gap="lg">
          <Disk storage={status.storage} />
          <Tools tools={status.tools} />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

/** What operators look at first: what waits, what room there is, what the server works with. */
export function OperationsPage() {
  const { t } = useTranslation(['dashboard', 'kit']);
  const { account } = useOutletContext<ShellContext>();
  const query = useOperations();
  return (
    <Stack gap="lg">
      <div>
        <PageHeading title={t('operations.title')} />
        <Text c="dimmed" size="sm">
          {query.data ? t('operations.uptime', { seconds: query.data.uptimeSeconds }) : t('operations.lead')}
        </Text>
      </div>
      {query.isError && (
        <Notice
          tone="failure"
          title={t('operations.failed')}
          says={messageOf(query.error)}
          toDo={<TryAgain onClick={() => void query.refetch()} />}
        />
      )}
      {query.isPending && (
        <Stack gap="lg" aria-busy="true">
          <VisuallyHidden role="status">{t('operations.loading')}</VisuallyHidden>
          <Skeleton height={220} radius="lg" />
        </Stack>
      )}
      {query.data && (
        <Loaded
          status={query.data}
          mayManage={account.permissions.includes('operations.manage')}
          maySeeUsage={account.permissions.includes('uploads.manage-all')}
        />
      )}
    </Stack>
  );
}
