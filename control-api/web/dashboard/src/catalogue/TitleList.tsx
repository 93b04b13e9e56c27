import { Anchor, Badge, Card, Group, Stack, Table, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Fragment, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { formats } from '../../../kit/messages/i18n.ts';
import type { TitleSummary } from '../api/types.ts';
import { useVirtualRows } from '../layout/use-virtual-rows.ts';
import { titlePath } from '../paths.ts';
import { Thumb } from '../pictures/Thumb.tsx';
import { KindBadge, TitleStateBadge } from './badges.tsx';

interface RowProps {
  readonly title: TitleSummary;
  /** Whether this browser has edits of it that the server does not have. */
  readonly hasEdits: boolean;
}

function Name({ title, hasEdits }: RowProps) {
  const { t } = useTranslation();
  return (
    <Group gap="sm" wrap="nowrap">
      <Thumb picture={title.thumbnail} />
      <Group gap="xs" className="row-words">
        <Anchor component={Link} to={titlePath(title.id)} className="row-link break-anywhere" size="sm">
          <bdi>{title.name}</bdi>
        </Anchor>
        {hasEdits && (
          <Badge variant="light" color="orange" tt="none" fw={600}>
            {t('draft.notSaved')}
          </Badge>
        )}
      </Group>
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

/** What tests find a title by. */
const attributesOf = ({ id }: TitleSummary) => ({ 'data-testid': 'title', 'data-title': id });

interface ListProps {
  readonly titles: readonly TitleSummary[];
  /** Ids of titles of which this browser has edits that the server does not have. */
  readonly edited: ReadonlySet<string>;
  /** Whether there are more than these. */
  readonly hasMore: boolean;
  /** Asks for more of them; undefined while they are on their way, and when that has failed. */
  readonly onMore: (() => void) | undefined;
}

/** The rows of a list that are about to be seen. */
const useRows = ({ titles, onMore }: ListProps, height: number, gap: number) =>
  useVirtualRows({ count: titles.length, keyAt: (index) => titles[index]?.id ?? String(index), height, gap, onMore });

function LeftOut({ height }: { readonly height: number }) {
  return (
    <tr className="left-out" aria-hidden>
      <td colSpan={4} style={{ height }} />
    </tr>
  );
}

function TitleTable(props: ListProps) {
  const { t } = useTranslation();
  const { titles, edited, hasMore } = props;
  const { rows, below, holder, measure } = useRows(props, 77, 0);
  return (
    <Card withBorder radius="lg" padding={0}>
      <Table
        verticalSpacing="sm"
        horizontalSpacing="lg"
        layout="fixed"
        aria-label={t('catalogue.caption')}
        // How many there are is not known before the last of them is there.
        aria-rowcount={hasMore ? -1 : titles.length + 1}
      >
        <Table.Thead>
          <Table.Tr aria-rowindex={1}>
            <Table.Th>{t('catalogue.name')}</Table.Th>
            <Table.Th w={130}>{t('catalogue.kind')}</Table.Th>
            <Table.Th w={150}>{t('catalogue.state')}</Table.Th>
            <Table.Th w={170}>{t('catalogue.changed')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody {...holder} ref={holder.ref as RefObject<HTMLTableSectionElement | null>}>
          {rows.map(({ index, key, above }) => {
            const title = titles[index];
            if (!title) return null;
            return (
              <Fragment key={key}>
                {above > 0 && <LeftOut height={above} />}
                <Table.Tr ref={measure} data-index={index} aria-rowindex={index + 2} {...attributesOf(title)}>
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
              </Fragment>
            );
          })}
          {below > 0 && <LeftOut height={below} />}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

/** Between two cards, in pixels. */
const between = 12;

function TitleCards(props: ListProps) {
  const { t } = useTranslation();
  const { titles, edited, hasMore } = props;
  const { rows, below, holder, measure } = useRows(props, 106, between);
  return (
    <ul
      className="title-cards"
      style={{ paddingBlockEnd: below }}
      aria-label={t('catalogue.caption')}
      {...holder}
      ref={holder.ref as RefObject<HTMLUListElement | null>}
    >
      {rows.map(({ index, key, above }, at) => {
        const title = titles[index];
        if (!title) return null;
        return (
          <Card
            component="li"
            key={key}
            withBorder
            radius="lg"
            padding="md"
            className="title-card"
            ref={measure}
            data-index={index}
            aria-setsize={hasMore ? -1 : titles.length}
            aria-posinset={index + 1}
            style={{ marginBlockStart: above + (at > 0 ? between : 0) }}
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
        );
      })}
    </ul>
  );
}

/** A table where there is room for one, cards elsewhere. */
export function TitleList(props: ListProps) {
  const isWide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false });
  return isWide ? <TitleTable {...props} /> : <TitleCards {...props} />;
}
