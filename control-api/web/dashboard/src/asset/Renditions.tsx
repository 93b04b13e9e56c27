import { Card, Group, SimpleGrid, Stack, Table, Text, ThemeIcon } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconVideo, IconVolume } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { ProgressBar } from '../../../kit/layout/ProgressBar.tsx';
import { formats } from '../../../kit/messages/i18n.ts';
import { percent } from '../../../kit/words/formats.ts';
import type { Rendition, Version } from '../api/types.ts';
import { Explain } from '../layout/Explain.tsx';
import { codecStringName } from '../words/codec-names.ts';
import { channelsInWords } from '../words/media.ts';

type T = TFunction;

/** "1080p", by the short side, so that portrait titles use the same names; "Audio 128 kb/s". */
function titleOf(t: T, rendition: Rendition): string {
  if (rendition.kind === 'audio') return t('renditions.audio', { rate: rendition.targetBandwidth });
  return rendition.width === null || rendition.height === null
    ? rendition.name
    : t('renditions.video', { lines: String(Math.min(rendition.width, rendition.height)) });
}

/** What there is of a rendition to see or to hear: its size, or its loudspeakers. */
function extentOf(t: T, { width, height, channels }: Rendition): string {
  if (channels !== null) return channelsInWords(channels);
  return width === null || height === null
    ? t('renditions.unknown')
    : t('media.size', { width: String(width), height: String(height) });
}

function rate(t: T, bitsPerSecond: number | null): string {
  return bitsPerSecond === null ? t('renditions.unknown') : formats().bitRate(bitsPerSecond);
}

function Bar({ rendition, isOver }: { readonly rendition: Rendition; readonly isOver: boolean }) {
  const { t } = useTranslation();
  return (
    <Group gap="sm" wrap="nowrap">
      <ProgressBar
        share={rendition.progress}
        label={t('renditions.progressOf', { title: titleOf(t, rendition), name: rendition.name })}
        color={percent(rendition.progress) === 100 ? 'teal' : isOver ? 'gray' : 'brand'}
      />
      <Text size="xs" c="dimmed" miw={38} ta="end" className="figures" data-testid="rendition-percent">
        {formats().share(rendition.progress)}
      </Text>
    </Group>
  );
}

function Name({ rendition }: { readonly rendition: Rendition }) {
  const { t } = useTranslation();
  return (
    <Group gap="sm" wrap="nowrap">
      <ThemeIcon
        variant="light"
        color={rendition.kind === 'video' ? 'brand' : 'pink'}
        size={32}
        radius="md"
        aria-hidden
      >
        {rendition.kind === 'video' ? <IconVideo size={17} /> : <IconVolume size={17} />}
      </ThemeIcon>
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={600} style={{ whiteSpace: 'nowrap' }}>
          {titleOf(t, rendition)}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {rendition.name}
        </Text>
      </div>
    </Group>
  );
}

function Fact({
  label,
  value,
  means,
}: {
  readonly label: string;
  readonly value: string;
  /** What the label means, where that is not plain. */
  readonly means?: string;
}) {
  return (
    <div>
      <Group gap={2}>
        <Text size="xs" c="dimmed">
          {label}
        </Text>
        {means && <Explain word={label}>{means}</Explain>}
      </Group>
      <Text size="sm" className="figures">
        {value}
      </Text>
    </div>
  );
}

/** Every rendition of a version: what it is, what it measures, how far it is. */
export function Renditions({ version }: { readonly version: Version }) {
  const { t } = useTranslation();
  const isWide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false });
  const { renditions } = version;
  const isOver = version.state === 'failed' || version.state === 'cancelled';
  // Of what is complete there is nothing to tell but that.
  const hasProgress = version.state !== 'complete';
  if (renditions.length === 0) {
    return (
      <Text c="dimmed" size="sm">
        {isOver ? t('renditions.nothing') : t('renditions.undecided')}
      </Text>
    );
  }
  if (!isWide) {
    return (
      <Stack
        component="ul"
        gap="sm"
        m={0}
        p={0}
        style={{ listStyle: 'none' }}
        aria-label={t('renditions.of', { number: version.number })}
      >
        {renditions.map((rendition) => (
          <Card
            component="li"
            key={rendition.id}
            withBorder
            radius="md"
            padding="sm"
            data-testid="rendition"
            data-rendition={rendition.name}
          >
            <Stack gap="sm">
              <Name rendition={rendition} />
              <SimpleGrid cols={2} spacing="xs" verticalSpacing={6}>
                <Fact
                  label={rendition.kind === 'video' ? t('renditions.resolution') : t('renditions.channels')}
                  value={extentOf(t, rendition)}
                />
                <Fact
                  label={t('renditions.codec')}
                  value={rendition.codec === null ? t('renditions.unknown') : codecStringName(rendition.codec)}
                />
                <Fact
                  label={t('renditions.target')}
                  value={rate(t, rendition.targetBandwidth)}
                  means={t('renditions.targetMeans')}
                />
                <Fact label={t('renditions.average')} value={rate(t, rendition.averageBandwidth)} />
                <Fact label={t('renditions.peak')} value={rate(t, rendition.peakBandwidth)} />
                <Fact label={t('renditions.size')} value={formats().bytes(rendition.bytes)} />
              </SimpleGrid>
              {hasProgress && <Bar rendition={rendition} isOver={isOver} />}
            </Stack>
          </Card>
        ))}
      </Stack>
    );
  }
  return (
    <Table verticalSpacing="xs" horizontalSpacing="sm" aria-label={t('renditions.of', { number: version.number })}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('renditions.rendition')}</Table.Th>
          <Table.Th>{t('renditions.extent')}</Table.Th>
          <Table.Th>{t('renditions.codec')}</Table.Th>
          <Table.Th ta="end">
            <Group gap={2} justify="flex-end" wrap="nowrap">
              {t('renditions.target')}
              <Explain word={t('renditions.target')}>{t('renditions.targetMeans')}</Explain>
            </Group>
          </Table.Th>
          <Table.Th ta="end">{t('renditions.average')}</Table.Th>
          <Table.Th ta="end">{t('renditions.peak')}</Table.Th>
          <Table.Th ta="end">{t('renditions.size')}</Table.Th>
          {hasProgress && <Table.Th w="20%">{t('renditions.progress')}</Table.Th>}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody className="figures">
        {renditions.map((rendition) => (
          <Table.Tr key={rendition.id} data-testid="rendition" data-rendition={rendition.name}>
            <Table.Td>
              <Name rendition={rendition} />
            </Table.Td>
            <Table.Td data-testid="rendition-extent">{extentOf(t, rendition)}</Table.Td>
            <Table.Td>
              {rendition.codec === null ? (
                t('renditions.unknown')
              ) : (
                <>
                  <Text size="sm">{codecStringName(rendition.codec)}</Text>
                  <Text size="xs" c="dimmed">
                    {rendition.codec}
                  </Text>
                </>
              )}
            </Table.Td>
            <Table.Td ta="end">{rate(t, rendition.targetBandwidth)}</Table.Td>
            <Table.Td ta="end">{rate(t, rendition.averageBandwidth)}</Table.Td>
            <Table.Td ta="end">{rate(t, rendition.peakBandwidth)}</Table.Td>
            <Table.Td ta="end">{formats().bytes(rendition.bytes)}</Table.Td>
            {hasProgress && (
              <Table.Td>
                <Bar rendition={rendition} isOver={isOver} />
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
