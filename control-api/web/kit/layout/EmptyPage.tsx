import { Center, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconError404, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PageHeading } from './PageHeading.tsx';

interface Props {
  readonly icon: Icon;
  readonly title: string;
  readonly text: string;
  /** Where to go instead: a button or link. */
  readonly toDo: ReactNode;
  readonly 'data-testid'?: string;
}

/** In place of a page that cannot be shown: says so, and leads on. */
export function EmptyPage({ icon: PageIcon, title, text, toDo, 'data-testid': testId }: Props) {
  return (
    <Center mih="50dvh" data-testid={testId}>
      <Stack align="center" gap="sm" ta="center" maw={440}>
        <ThemeIcon size={64} radius={32} variant="light" color="gray" aria-hidden>
          <PageIcon size={32} stroke={1.5} />
        </ThemeIcon>
        <PageHeading title={title} />
        <Text c="dimmed" mb="sm">
          {text}
        </Text>
        {toDo}
      </Stack>
    </Center>
  );
}

/** An address that no page has, e.g. with a slip in it. */
export function NoPage({ toDo }: { readonly toDo: ReactNode }) {
  const { t } = useTranslation('kit');
  return (
    <EmptyPage
      icon={IconError404}
      title={t('noPage.title')}
      text={t('noPage.text')}
      toDo={toDo}
      data-testid="no-page"
    />
  );
}
