import { Card, Group, SimpleGrid, Stack, Table, Text, ThemeIcon } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconVideo, IconVolume } from '@tabler/icons-react';
import type { Rendition, Version } from '../api/types.ts';
import { ProgressBar } from '../layout/ProgressBar.tsx';
import { codecStringInWords } from '../words/media.ts';
import { bitRateInWords, bytesInWords, percent } from '../words/quantities.ts';

/** "1080p", by the short side, so that portrait titles use the same names; "Audio 128 kb/s". */
function titleOf(rendition: Rendition): string {
  if (rendition.kind === 'audio') return `Audio ${bitRateInWords(rendition.targetBandwidth)}`;
  return rendition.width === null || rendition.height === null
    ? rendition.name
    : `${Math.min(rendition.width, rendition.height)}p`;
}

function sizeOf(rendition: Rendition): string {
  return rendition.width === null || rendition.height === null ? '–' : `${rendition.width}×${rendition.height}`;
}

function rate(bitsPerSecond: number | null): string {
  return bitsPerSecond === null ? '–' : bitRateInWords(bitsPerSecond);
}

function Bar({ rendition, isOver }: { readonly rendition: Rendition; readonly isOver: boolean }) {
  const share = percent(rendition.progress);
  return (
    <Group gap="sm" wrap="nowrap">
      <ProgressBar
        share={rendition.progress}
        label={`Progress of ${titleOf(rendition)}, ${rendition.name}`}
        color={share === 100 ? 'teal' : isOver ? 'gray' : 'brand'}
      />
      <Text size="xs" c="dimmed" w={36} ta="right" className="figures" data-testid="rendition-percent">
        {share}%
      </Text>
    </Group>
  );
}

function Name({ rendition }: { readonly rendition: Rendition }) {
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
          {titleOf(rendition)}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {rendition.name}
        </Text>
      </div>
    </Group>
  );
}

function Fact({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm" className="figures">
        {value}
      </Text>
    </div>
  );
}

/** Every rendition of a version: what it is, what it measures, how far it is. */
export function Renditions({ version }: { readonly version: Version }) {
  const isWide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false });
  const { renditions } = version;
  const isOver = version.state === 'failed' || version.state === 'cancelled';
  if (renditions.length === 0) {
    return (
      <Text c="dimmed" size="sm">
        {isOver
          ? 'Nothing was encoded in this version.'
          : 'The renditions are decided once the file has been examined.'}
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
        aria-label={`Renditions of version ${version.number}`}
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
                {rendition.kind === 'video' && <Fact label="Resolution" value={sizeOf(rendition)} />}
                <Fact label="Codec" value={rendition.codec === null ? '–' : codecStringInWords(rendition.codec)} />
                <Fact label="Average" value={rate(rendition.averageBandwidth)} />
                <Fact label="Peak" value={rate(rendition.peakBandwidth)} />
                <Fact label="Limit" value={bitRateInWords(rendition.targetBandwidth)} />
                <Fact label="Size" value={bytesInWords(rendition.bytes)} />
              </SimpleGrid>
              <Bar rendition={rendition} isOver={isOver} />
            </Stack>
          </Card>
        ))}
      </Stack>
    );
  }
  return (
    <Table verticalSpacing="xs" horizontalSpacing="sm" aria-label={`Renditions of version ${version.number}`}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Rendition</Table.Th>
          <Table.Th>Resolution</Table.Th>
          <Table.Th>Codec</Table.Th>
          <Table.Th ta="right">Average</Table.Th>
          <Table.Th ta="right">Peak</Table.Th>
          <Table.Th ta="right">Limit</Table.Th>
          <Table.Th ta="right">Size</Table.Th>
          <Table.Th w="20%">Progress</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody className="figures">
        {renditions.map((rendition) => (
          <Table.Tr key={rendition.id} data-testid="rendition" data-rendition={rendition.name}>
            <Table.Td>
              <Name rendition={rendition} />
            </Table.Td>
            <Table.Td>{sizeOf(rendition)}</Table.Td>
            <Table.Td>
              {rendition.codec === null ? (
                '–'
              ) : (
                <>
                  <Text size="sm">{codecStringInWords(rendition.codec)}</Text>
                  <Text size="xs" c="dimmed">
                    {rendition.codec}
                  </Text>
                </>
              )}
            </Table.Td>
            <Table.Td ta="right">{rate(rendition.averageBandwidth)}</Table.Td>
            <Table.Td ta="right">{rate(rendition.peakBandwidth)}</Table.Td>
            <Table.Td ta="right">{bitRateInWords(rendition.targetBandwidth)}</Table.Td>
            <Table.Td ta="right">{bytesInWords(rendition.bytes)}</Table.Td>
            <Table.Td>
              <Bar rendition={rendition} isOver={isOver} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
