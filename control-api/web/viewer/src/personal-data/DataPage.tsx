import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { IconDownload, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { ConfirmDialog } from '../../../kit/layout/ConfirmDialog.tsx';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { tellDone } from '../../../kit/layout/notify.ts';
import { useAccount } from '../session/use-account.ts';
import { askForCopy, deleteAccount, downloadCopy, isUnderWay, useDataCopies, type DataCopy } from './personal-data.ts';

/** Of the server. */
const longestReason = 500;

function Copy({ copy }: { readonly copy: DataCopy }) {
  const { t } = useTranslation();
  const { state, createdAt, expiresAt, bytes } = copy;
  const { isBusy, error, submit } = useSubmission(() => downloadCopy(copy));
  return (
    <Stack component="li" gap={6} className="row" data-testid="data-copy">
      <Group justify="space-between" gap="sm" wrap="nowrap">
        <div className="row-words">
          <Text size="sm" fw={600}>
            {t(`personalData.states.${state}`, { bytes: bytes ?? 0, until: expiresAt })}
          </Text>
          <Text size="sm" c="dimmed">
            {t('personalData.askedOn', { at: createdAt })}
          </Text>
        </div>
        {state === 'ready' && (
          <Button
            size="xs"
            variant="light"
            loading={isBusy}
            onClick={submit}
            leftSection={<IconDownload size={16} aria-hidden />}
            aria-label={t('personalData.downloadOf', { at: createdAt })}
            style={{ flexShrink: 0 }}
          >
            {t('personalData.download')}
          </Button>
        )}
      </Group>
      <FormProblem error={error} />
    </Stack>
  );
}

function Copies() {
  const { t } = useTranslation();
  const { data, error, refetch } = useDataCopies();
  const asking = useSubmission(async () => {
    await askForCopy();
    tellDone(t('personalData.asked'), t('personalData.askedText'));
  });
  const isMaking = data?.some(isUnderWay) === true;
  return (
    <Section title={t('personalData.copies')}>
      <Stack gap="md" align="stretch">
        <Text size="sm">{t('personalData.copiesText')}</Text>
        {!data && <NotLoaded error={error} onAgain={refetch} />}
        {data?.length === 0 && (
          <Text size="sm" c="dimmed">
            {t('personalData.none')}
          </Text>
        )}
        {data && data.length > 0 && (
          <ul className="rows" aria-label={t('personalData.list')} aria-live="polite">
            {data.map((copy) => (
              <Copy key={copy.id} copy={copy} />
            ))}
          </ul>
        )}
        <FormProblem error={asking.error} />
        <Button
          variant="light"
          className="form-button"
          loading={asking.isBusy}
          disabled={!data || isMaking}
          onClick={asking.submit}
        >
          {t('personalData.ask')}
        </Button>
      </Stack>
    </Section>
  );
}

function Leaving() {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [asks, setAsks] = useState(false);
  return (
    <Section title={t('personalData.delete')}>
      <Stack gap="md">
        <Text size="sm">{t('personalData.deleteText')}</Text>
        <Text size="sm" c="dimmed">
          {t('personalData.deleteStays')}
        </Text>
        <Textarea
          label={t('personalData.reason')}
          description={t('personalData.reasonHint')}
          name="reason"
          rows={3}
          maxLength={longestReason}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button
          variant="light"
          color="red"
          className="form-button"
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={() => setAsks(true)}
        >
          {t('personalData.delete')}
        </Button>
      </Stack>
      <ConfirmDialog
        opened={asks}
        title={t('personalData.deleteTitle')}
        action={t('personalData.deleteAction')}
        keep={t('personalData.deleteKeep')}
        icon={<IconTrash size={16} aria-hidden />}
        onConfirm={() => deleteAccount(reason.trim())}
        onClose={() => setAsks(false)}
      >
        {t('personalData.deleteAsk')}
      </ConfirmDialog>
    </Section>
  );
}

/** A copy of what is known of somebody, and the end of their account. While that is to come, the frame says so. */
export function DataPage() {
  const { t } = useTranslation();
  const { deletion } = useAccount();
  return (
    <Stack gap="lg">
      <PageHeading title={t('account.rooms.data')} />
      <Copies />
      {deletion ? (
        <Section title={t('personalData.deleteBegun')}>
          <Text size="sm">{t('personalData.until', { at: deletion.endsAt })}</Text>
        </Section>
      ) : (
        <Leaving />
      )}
    </Stack>
  );
}
