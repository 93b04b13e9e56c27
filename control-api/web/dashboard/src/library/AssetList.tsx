import { Card, Group, Stack, Table, Text, ThemeIcon } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconAlertTriangle, IconInfoCircle, IconMovie } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import { Link } from 'react-router';
import { problemText } from '../../../kit/api/problem.ts';
import { formats } from '../../../kit/messages/i18n.ts';
import type { AssetSummary } from '../api/types.ts';
import { isUnderWay, separator } from '../words/work.ts';
import { AssetStateBadge } from './StateBadge.tsx';
import { WorkProgress } from './WorkProgress.tsx';

/** What went wrong: with the asset itself, or with its newest version while an older one is still served. */
function troubleOf(t: TFunction, asset: AssetSummary): string | undefined {
  if (asset.error) return problemText(asset.error);
  const error = asset.newestVersion?.work.error;
  if (!error) return undefined;
  const reason = problemText(error);
  return asset.state === 'ready' ? t('list.reencodingFailed', { reason }) : reason;
}

/** Progress while something is under way, the reason when it failed, nothing otherwise. */
function Happening({ asset }: { readonly asset: AssetSummary }) {
  const { t } = useTranslation();
  const work = asset.newestVersion?.work;
  const trouble = troubleOf(t, asset);
  if (work && isUnderWay(work)) return <WorkProgress work={work} label={asset.title} />;
  if (!trouble) return null;
  return (
    <Group gap={6} wrap="nowrap" align="flex-start" c="var(--mantine-color-error)">
      <IconAlertTriangle size={16} style={{ flexShrink: 0, marginTop: 2 }} aria-hidden />
      <Text size="sm" className="break-anywhere" lineClamp={3} data-testid="asset-error">
        {trouble}
      </Text>
    </Group>
  );
}

/** The state, with a small mark where something of the title was lost or guessed. */
function State({ asset }: { readonly asset: AssetSummary }) {
  const { t } = useTranslation();
  const told = t('list.warnings', { count: asset.warnings.length });
  return (
    <Group gap={6} wrap="nowrap" style={{ flexShrink: 0 }}>
      <AssetStateBadge state={asset.state} />
      {asset.warnings.length > 0 && (
        <ThemeIcon
          variant="transparent"
          color="gray"
          size={18}
          role="img"
          aria-label={told}
          title={told}
          data-testid="asset-warned"
        >
          <IconInfoCircle size={16} />
        </ThemeIcon>
      )}
    </Group>
  );
}

function Tile() {
  return (
    <ThemeIcon variant="light" color="gray" size={40} radius="md" aria-hidden>
      <IconMovie size={20} stroke={1.6} />
    </ThemeIcon>
  );
}

function AssetTable({ assets }: { readonly assets: readonly AssetSummary[] }) {
  const { t } = useTranslation();
  const { ago, bytes, clock, date } = formats();
  return (
    <Card withBorder radius="lg" padding={0}>
      <Table verticalSpacing="sm" horizontalSpacing="lg" highlightOnHover layout="fixed">
        <Table.Caption
          style={{ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }}
        >
          {t('list.caption')}
        </Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('list.title')}</Table.Th>
            <Table.Th w={150}>{t('list.state')}</Table.Th>
            <Table.Th w="32%">{t('list.progress')}</Table.Th>
            <Table.Th w={100} ta="end">
              {t('list.length')}
            </Table.Th>
            <Table.Th w={150} ta="end">
              {t('list.added')}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {assets.map((asset) => (
            <Table.Tr key={asset.id} data-testid="asset" data-asset={asset.id} data-state={asset.state}>
              <Table.Td>
                <Group gap="sm" wrap="nowrap">
                  <Tile />
                  <div style={{ minWidth: 0 }}>
                    <Text
                      truncate
                      component={Link}
                      to={`/assets/${asset.id}`}
                      className="row-link"
                      title={asset.title}
                      display="block"
                    >
                      {asset.title}
                    </Text>
                    <Text size="xs" c="dimmed" truncate title={asset.filename}>
                      {asset.filename}
                      {separator}
                      {bytes(asset.sourceBytes)}
                    </Text>
                  </div>
                </Group>
              </Table.Td>
              <Table.Td>
                <State asset={asset} />
              </Table.Td>
              <Table.Td>
                <Happening asset={asset} />
              </Table.Td>
              <Table.Td ta="end" className="figures">
                {asset.durationMs === null ? t('renditions.unknown') : clock(asset.durationMs)}
              </Table.Td>
              <Table.Td ta="end">
                <Text size="sm" c="dimmed" component="time" dateTime={asset.createdAt} title={date(asset.createdAt)}>
                  {ago(asset.createdAt)}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function AssetCards({ assets }: { readonly assets: readonly AssetSummary[] }) {
  const { t } = useTranslation();
  const { ago, bytes, clock } = formats();
  return (
    <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }} aria-label={t('list.caption')}>
      {assets.map((asset) => (
        <Card
          component="li"
          key={asset.id}
          withBorder
          radius="lg"
          padding="md"
          data-testid="asset"
          data-asset={asset.id}
          data-state={asset.state}
        >
          <Stack gap="sm">
            <Group gap="sm" wrap="nowrap" align="flex-start">
              <Tile />
              <div style={{ minWidth: 0, flex: 1 }}>
                <Text component={Link} to={`/assets/${asset.id}`} className="row-link break-anywhere" lineClamp={2}>
                  {asset.title}
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
              <State asset={asset} />
            </Group>
            <Happening asset={asset} />
          </Stack>
        </Card>
      ))}
    </Stack>
  );
}

/** A table where there is room for one, cards elsewhere. */
export function AssetList({ assets }: { readonly assets: readonly AssetSummary[] }) {
  const isWide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false });
  return isWide ? <AssetTable assets={assets} /> : <AssetCards assets={assets} />;
}
