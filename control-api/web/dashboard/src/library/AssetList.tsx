import { Card, Group, Stack, Table, Text, ThemeIcon } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconAlertTriangle, IconMovie } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { AssetSummary } from '../api/types.ts';
import { agoInWords, bytesInWords, clockTime, dateInWords } from '../words/quantities.ts';
import { isUnderWay } from '../words/work.ts';
import { AssetStateBadge } from './StateBadge.tsx';
import { WorkProgress } from './WorkProgress.tsx';

/** What went wrong: with the asset itself, or with its newest version while an older one is still served. */
function troubleOf(asset: AssetSummary): string | undefined {
  if (asset.error) return asset.error.message;
  const error = asset.newestVersion?.work.error;
  return error ? (asset.state === 'ready' ? `Re-encoding failed: ${error.message}` : error.message) : undefined;
}

/** Progress while something is under way, the reason when it failed, nothing otherwise. */
function Happening({ asset }: { readonly asset: AssetSummary }) {
  const work = asset.newestVersion?.work;
  const trouble = troubleOf(asset);
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

function Tile() {
  return (
    <ThemeIcon variant="light" color="gray" size={40} radius="md" aria-hidden>
      <IconMovie size={20} stroke={1.6} />
    </ThemeIcon>
  );
}

function AssetTable({ assets }: { readonly assets: readonly AssetSummary[] }) {
  return (
    <Card withBorder radius="lg" padding={0}>
      <Table verticalSpacing="sm" horizontalSpacing="lg" highlightOnHover layout="fixed">
        <Table.Caption
          style={{ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }}
        >
          Titles in the library
        </Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Title</Table.Th>
            <Table.Th w={150}>State</Table.Th>
            <Table.Th w="32%">Progress</Table.Th>
            <Table.Th w={100} ta="right">
              Length
            </Table.Th>
            <Table.Th w={150} ta="right">
              Added
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
                      {asset.filename} · {bytesInWords(asset.sourceBytes)}
                    </Text>
                  </div>
                </Group>
              </Table.Td>
              <Table.Td>
                <AssetStateBadge state={asset.state} />
              </Table.Td>
              <Table.Td>
                <Happening asset={asset} />
              </Table.Td>
              <Table.Td ta="right" className="figures">
                {asset.durationMs === null ? '–' : clockTime(asset.durationMs)}
              </Table.Td>
              <Table.Td ta="right">
                <Text
                  size="sm"
                  c="dimmed"
                  component="time"
                  dateTime={asset.createdAt}
                  title={dateInWords(asset.createdAt)}
                >
                  {agoInWords(asset.createdAt)}
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
  return (
    <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }} aria-label="Titles in the library">
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
                    asset.durationMs === null ? undefined : clockTime(asset.durationMs),
                    bytesInWords(asset.sourceBytes),
                    agoInWords(asset.createdAt),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </Text>
              </div>
              <AssetStateBadge state={asset.state} />
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
