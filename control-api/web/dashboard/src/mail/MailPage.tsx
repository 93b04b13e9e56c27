import { Button, Card, Group, Skeleton, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { messageOf } from '../../../kit/api/problem.ts';
import { formats } from '../../../kit/messages/i18n.ts';
import { useKeptMails } from '../api/mails.ts';
import type { KeptMail } from '../api/types.ts';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { TryAgain } from '../../../kit/layout/TryAgain.tsx';

function Mail({ mail }: { readonly mail: KeptMail }) {
  const { t } = useTranslation();
  const { ago, exactly } = formats();
  const id = useId();
  return (
    <Card component="li" withBorder radius="lg" padding="lg" data-testid="mail">
      <article aria-labelledby={id}>
        <Group justify="space-between" align="flex-start" gap="sm">
          <div style={{ minWidth: 0 }}>
            <Title order={2} id={id} fz="md" className="break-anywhere">
              {mail.subject}
            </Title>
            <Text size="sm" c="dimmed" className="break-anywhere">
              {t('mail.to', { address: mail.to })}
            </Text>
          </div>
          <Text size="sm" c="dimmed" component="time" dateTime={mail.at} title={exactly(mail.at)}>
            {ago(mail.at)}
            <VisuallyHidden> {exactly(mail.at)}</VisuallyHidden>
          </Text>
        </Group>
        <Text size="sm" mt="md" className="break-anywhere" style={{ whiteSpace: 'pre-wrap' }}>
          {mail.text.trim()}
        </Text>
      </article>
    </Card>
  );
}

function Empty({ text }: { readonly text: string }) {
  return (
    <Card withBorder radius="lg" padding="xl" data-testid="mail-empty">
      <Text c="dimmed" ta="center">
        {text}
      </Text>
    </Card>
  );
}

/** What was written to people and kept instead of sent. */
export function MailPage() {
  const { t } = useTranslation(['dashboard', 'kit']);
  const { data, error, isPending, isError, isRefetching, refetch } = useKeptMails();
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="center" wrap="nowrap">
        <div>
          <PageHeading title={t('mail.title')} />
          <Text c="dimmed" size="sm">
            {t('mail.lead')}
          </Text>
        </div>
        {data && (
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} />}
            loading={isRefetching}
            style={{ flexShrink: 0 }}
            onClick={() => void refetch()}
          >
            {t('mail.refresh')}
          </Button>
        )}
      </Group>
      {isError && (
        <Notice
          tone="failure"
          title={t('mail.failed')}
          says={messageOf(error)}
          toDo={<TryAgain onClick={() => void refetch()} />}
        />
      )}
      {isPending && (
        <Stack gap="sm" aria-busy="true">
          <VisuallyHidden role="status">{t('mail.loading')}</VisuallyHidden>
          <Skeleton height={120} radius="lg" />
        </Stack>
      )}
      {data && !data.areSent && <Notice tone="attention" title={t('mail.notSent')} says={t('mail.notSentText')} />}
      {data?.items.length === 0 && <Empty text={t(data.areSent ? 'mail.sent' : 'mail.empty')} />}
      {data && data.items.length > 0 && (
        <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }} aria-label={t('mail.list')}>
          {data.items.map((mail) => (
            <Mail key={mail.id} mail={mail} />
          ))}
        </Stack>
      )}
    </Stack>
  );
}
