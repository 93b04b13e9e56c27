import { Card, Checkbox, Group, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { IconAlertTriangle, IconArrowDown, IconArrowUp, IconInfoCircle } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { problemText } from '../../../kit/api/problem.ts';
import { formats } from '../../../kit/messages/i18n.ts';
import type { AssetSummary } from '../api/types.ts';
import { isUnderWay, separator } from '../words/work.ts';
import { AssetStateBadge } from './StateBadge.tsx';
import { Thumbnail } from './Thumbnail.tsx';
import type { Selection } from './use-selection.ts';
import { sortedBy, type LibraryView, type Sort } from './view.ts';
import { WorkProgress } from './WorkProgress.tsx';

/** What went wrong: with the asset itself, or with its newest version while an older one is still served. */
function troubleOf(t: TFunction, asset: AssetSummary): string | undefined {
  if (asset.error) return problemText(asset.error);
  const error = asset.newestVersion?.work.error;
  if (!error) return undefined;
  const reason = problemText(error);
  return asset.state === 'ready' ? t('list.reencodingFailed', { reason }) : reason;
}

/** The state, and what there is to say of it: how far the work is, why it failed, that something was lost. */
function State({ asset }: { readonly asset: AssetSummary }) {
  const { t } = useTranslation();
  const work = asset.newestVersion?.work;
  const trouble = troubleOf(t, asset);
  return (
    <Stack gap={6} align="stretch">
      <Group gap="xs">
        <AssetStateBadge state={asset.state} />
        {asset.warnings.length > 0 && (
          <Group gap={4} wrap="nowrap" c="dimmed" data-testid="asset-warned">
            <IconInfoCircle size={14} aria-hidden />
            <Text size="xs">{t('list.warnings', { count: asset.warnings.length })}</Text>
          </Group>
        )}
      </Group>
      {work && isUnderWay(work) && <WorkProgress work={work} label={asset.title} />}
      {trouble !== undefined && !(work && isUnderWay(work)) && (
        <Group gap={6} wrap="nowrap" align="flex-start" c="var(--mantine-color-error)">
          <IconAlertTriangle size={14} style={{ flexShrink: 0, marginTop: 2 }} aria-hidden />
          <Text size="xs" className="break-anywhere" lineClamp={6} title={trouble} data-testid="asset-error">
            {trouble}
          </Text>
        </Group>
      )}
    </Stack>
  );
}

/** One title of the list. What is drawn of it is drawn again only when something of it changes. */
interface TitleProps {
  readonly asset: AssetSummary;
  readonly isChosen: boolean;
  readonly onToggle: (id: string) => void;
  /** Another one each minute, in which its age is another. */
  readonly minute: number;
}

function Choose({ asset, isChosen, onToggle }: TitleProps) {
  const { t } = useTranslation();
  if (!asset.mayChange) return null;
  return (
    <label className="choose">
      <Checkbox
        aria-label={t('bulk.choose', { title: asset.title })}
        checked={isChosen}
        onChange={() => onToggle(asset.id)}
      />
    </label>
  );
}

function ChooseAll({ selection, label }: { readonly selection: Selection; readonly label?: string }) {
  const { t } = useTranslation();
  const { chosen, choosable } = selection;
  if (choosable === 0) return null;
  return (
    <Checkbox
      label={label}
      aria-label={label === undefined ? t('bulk.chooseAll') : undefined}
      checked={chosen.length === choosable}
      indeterminate={chosen.length > 0 && chosen.length < choosable}
      onChange={() => selection.toggleAll()}
    />
  );
}

interface ListProps {
  readonly assets: readonly AssetSummary[];
  readonly selection: Selection;
  readonly view: LibraryView;
  readonly onView: (view: LibraryView) => void;
  readonly minute: number;
}

/** The head of a column that sorts; pressed again, the other way round. */
function SortHead({
  sort,
  words,
  view,
  onView,
  w,
  ta,
}: Pick<ListProps, 'view' | 'onView'> & {
  readonly sort: Sort;
  readonly words: string;
  readonly w?: number;
  readonly ta?: 'end';
}) {
  const isSorted = view.sort === sort;
  const Arrow = view.order === 'asc' ? IconArrowUp : IconArrowDown;
  return (
    <Table.Th
      {...(w !== undefined && { w })}
      {...(ta && { ta })}
      scope="col"
      aria-sort={isSorted ? (view.order === 'asc' ? 'ascending' : 'descending') : 'none'}
    >
      <UnstyledButton className="sort" fz="inherit" fw="inherit" onClick={() => onView(sortedBy(view, sort))}>
        {words}
        {isSorted && <Arrow size={14} aria-hidden />}
      </UnstyledButton>
    </Table.Th>
  );
}

/** What tests and pages find an asset by. */
const attributesOf = ({ id, state }: AssetSummary) => ({
  'data-testid': 'asset',
  'data-asset': id,
  'data-state': state,
});

const TitleRow = memo(function TitleRow(title: TitleProps) {
  const { t } = useTranslation();
  const { ago, bytes, clock, date } = formats();
  const { asset } = title;
  return (
    <Table.Tr {...attributesOf(asset)}>
      <Table.Td pe={0}>
        <Choose {...title} />
      </Table.Td>
      <Table.Td>
        <Group gap="sm" wrap="nowrap">
          <Thumbnail asset={asset} />
          <div style={{ minWidth: 0 }}>
            <Text
              truncate
              component={Link}
              to={`/assets/${asset.id}`}
              className="row-link"
              title={asset.title}
              display="block"
            >
              <bdi>{asset.title}</bdi>
            </Text>
            <Text size="xs" c="dimmed" truncate title={asset.filename}>
              <bdi>{asset.filename}</bdi>
            </Text>
          </div>
        </Group>
      </Table.Td>
      <Table.Td>
        <State asset={asset} />
      </Table.Td>
      <Table.Td ta="end" className="figures">
        {asset.durationMs === null ? t('renditions.unknown') : clock(asset.durationMs)}
      </Table.Td>
      <Table.Td ta="end" className="figures">
        {bytes(asset.sourceBytes)}
      </Table.Td>
      <Table.Td ta="end">
        <Text size="sm" c="dimmed" component="time" dateTime={asset.createdAt} title={date(asset.createdAt)}>
          {ago(asset.createdAt)}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
});

function AssetTable({ assets, selection, view, onView, minute }: ListProps) {
  const { t } = useTranslation();
  const sorting = { view, onView };
  return (
    <Card withBorder radius="lg" padding={0}>
      <Table verticalSpacing="sm" horizontalSpacing="md" highlightOnHover layout="fixed" aria-label={t('list.caption')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Td w={44} pe={0}>
              <ChooseAll selection={selection} />
            </Table.Td>
            <SortHead sort="title" words={t('list.title')} {...sorting} />
            <SortHead sort="state" words={t('list.state')} w={300} {...sorting} />
            <SortHead sort="duration" words={t('list.length')} w={100} ta="end" {...sorting} />
            <SortHead sort="size" words={t('list.size')} w={105} ta="end" {...sorting} />
            <SortHead sort="added" words={t('list.added')} w={165} ta="end" {...sorting} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {assets.map((asset) => (
            <TitleRow
              key={asset.id}
              asset={asset}
              isChosen={selection.has(asset.id)}
              onToggle={selection.toggle}
              minute={minute}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

const TitleCard = memo(function TitleCard(title: TitleProps) {
  const { ago, bytes, clock } = formats();
  const { asset } = title;
  return (
    <Card component="li" withBorder radius="lg" padding="sm" className="title-card" {...attributesOf(asset)}>
      <Stack gap="sm">
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <Thumbnail asset={asset} />
          <div style={{ minWidth: 0, flex: 1 }}>
            <Text component={Link} to={`/assets/${asset.id}`} className="row-link break-anywhere" lineClamp={2}>
              <bdi>{asset.title}</bdi>
            </Text>
            <Text size="xs" c="dimmed" className="figures">
              {[
                asset.durationMs === null ? undefined : clock(asset.durationMs),
                bytes(asset.sourceBytes),
                ago(asset.createdAt),
              ]
                .filter(Boolean)
                .join(separator)}
            </Text>
          </div>
          <Choose {...title} />
        </Group>
        <State asset={asset} />
      </Stack>
    </Card>
  );
});

function AssetCards({ assets, selection, minute }: ListProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <ChooseAll selection={selection} label={t('bulk.chooseAll')} />
      <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }} aria-label={t('list.caption')}>
        {assets.map((asset) => (
          <TitleCard
            key={asset.id}
            asset={asset}
            isChosen={selection.has(asset.id)}
            onToggle={selection.toggle}
            minute={minute}
          />
        ))}
      </Stack>
    </Stack>
  );
}

/** A table where there is room for one, cards elsewhere. */
export function AssetList({ isWide, ...props }: Omit<ListProps, 'minute'> & { readonly isWide: boolean }) {
  const [minute, setMinute] = useState(0);
  useInterval(() => setMinute((before) => before + 1), 60_000, { autoInvoke: true });
  return isWide ? <AssetTable {...props} minute={minute} /> : <AssetCards {...props} minute={minute} />;
}
