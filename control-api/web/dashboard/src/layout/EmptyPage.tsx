import { Button, Center, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconError404, IconLock, type Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { en } from '../messages/en.ts';

/** The page that leads on. */
export interface Home {
  /** Below `/dashboard`. */
  readonly path: string;
  readonly name: keyof typeof en.emptyPage.to;
}

interface Props {
  readonly icon: Icon;
  readonly title: string;
  readonly text: string;
  readonly home: Home;
  readonly 'data-testid'?: string;
}

/** In place of a page that cannot be shown: says so, and leads on. */
export function EmptyPage({ icon: PageIcon, title, text, home, 'data-testid': testId }: Props) {
  const { t } = useTranslation(['dashboard', 'kit']);
  useDocumentTitle(t('kit:pageTitle', { page: title }));
  return (
    <Center mih="50dvh" data-testid={testId}>
      <Stack align="center" gap="sm" ta="center" maw={440}>
        <ThemeIcon size={64} radius={32} variant="light" color="gray" aria-hidden>
          <PageIcon size={32} stroke={1.5} />
        </ThemeIcon>
        <Title order={1}>{title}</Title>
        <Text c="dimmed">{text}</Text>
        <Button component={Link} to={home.path} variant="light" mt="sm">
          {t(`emptyPage.to.${home.name}`)}
        </Button>
      </Stack>
    </Center>
  );
}

/** An address that no page has, e.g. with a slip in it. */
export function NoPage({ home }: { readonly home: Home }) {
  const { t } = useTranslation();
  return (
    <EmptyPage
      icon={IconError404}
      title={t('emptyPage.none')}
      text={t('emptyPage.noneText')}
      home={home}
      data-testid="no-page"
    />
  );
}

/** A page that the account may not open, e.g. from a link that somebody sent. */
export function NotPermitted({ home }: { readonly home: Home }) {
  const { t } = useTranslation();
  return <EmptyPage icon={IconLock} title={t('notPermitted.title')} text={t('notPermitted.text')} home={home} />;
}
