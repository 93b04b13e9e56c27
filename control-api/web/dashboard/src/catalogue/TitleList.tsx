import { Anchor, Badge, Card, Group, Stack, Table, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { formats } from '../../../kit/messages/i18n.ts';
import type { TitleSummary } from '../api/types.ts';
import { titlePath } from '../paths.ts';
import { KindBadge, TitleStateBadge } from './badges.tsx';

interface RowProps {
  readonly title: TitleSummary;
  /** Whether this browser has edits of it that the server does not have. */
  readonly hasEdits: boolean;
}

function Name({ title, hasEdits }: RowProps) {
  const { t } = useTranslation();
  return (
    <Group gap="xs">
      <Anchor component={Link} to={titlePath(title.id)} className="row-link break-anywhere" size="sm">
        <bdi>{title.name}</bdi>
      </Anchor>
      {hasEdits && (
        <Badge variant="light" color="orange" tt="none" fw={600}>
          {t('draft.notSaved')}
        </Badge>
      )}
    </Group>
  );
}

function Changed({ title }: Pick<RowProps, 'title'>) {
  const { ago, exactly } = formats();
  return (
    <Text size="sm" c="dimmed" component="time" dateTime={title.updatedAt} title={exactly(title.updatedAt)}>
      {ago(title.updatedAt)}
    </Text>
  );
}

/** What tests and the page find a title by; it takes the focus when it was the first of those that were added. */
const attributesOf = ({ id }: TitleSummary) => ({ tabIndex: -1, 'data-testid': 'title', 'data-title': id });

interface ListProps {
  readonly titles: readonly TitleSummary[];
  /** Ids of titles of which this browser has edits that the server does not have. */
  readonly edited: ReadonlySet<string>;
}

function TitleTable({ titles, edited }: ListProps) {
  const { t } = useTranslation();
  return (
    <Card withBorder radius="lg" padding={0}>
      <Table verticalSpacing="sm" horizontalSpacing="lg" layout="fixed" aria-label={t('catalogue.caption')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('catalogue.name')}</Table.Th>
            <Table.Th w={130}>{t('catalogue.kind')}</Table.Th>
            <Table.Th w={150}>{t('catalogue.state')}</Table.Th>
            <Table.Th w={170}>{t('catalogue.changed')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {titles.map((title) => (
            <Table.Tr key={title.id} {...attributesOf(title)}>
              <Table.Td>
                <Name title={title} hasEdits={edited.has(title.id)} />
              </Table.Td>
              <Table.Td>
                <KindBadge kind={title.kind} />
              </Table.Td>
              <Table.Td>
                <TitleStateBadge state={title.state} />
              </Table.Td>
              <Table.Td>
                <Changed title={title} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function TitleCards({ titles, edited }: ListProps) {
  const { t } = useTranslation();
  return (
    <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }} aria-label={t('catalogue.caption')}>
      {titles.map((title) => (
        <Card
          component="li"
          key={title.id}
          withBorder
          radius="lg"
          padding="md"
          className="title-card"
          {...attributesOf(title)}
        >
          <Stack gap="xs">
            <Name title={title} hasEdits={edited.has(title.id)} />
            <Group gap="xs">
              <KindBadge kind={title.kind} />
              <TitleStateBadge state={title.state} />
              <Changed title={title} />
            </Group>
          </Stack>
        </Card>
      ))}
    </Stack>
  );
}

/** A table where there is room for one, cards elsewhere. */
export function TitleList(props: ListProps) {
  const isWide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false });
  return isWide ? <TitleTable {...props} /> : <TitleCards {...props} />;
}
