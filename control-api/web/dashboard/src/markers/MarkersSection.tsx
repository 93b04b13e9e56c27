import { Button, Group, Stack, Text } from '@mantine/core';
import { IconBookmarks } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useOutletContext } from 'react-router';
import { Section } from '../../../kit/layout/Section.tsx';
import { useAsset } from '../api/assets.ts';
import type { CatalogueTitle } from '../api/types.ts';
import type { ShellContext } from '../layout/shell-context.ts';
import { markersPath } from '../paths.ts';
import { markerKinds, timeText } from './marker-times.ts';
import './markers.css';

/** What viewers may skip in a title, with the way to the page where it is set. */
export function MarkersSection({ title }: { readonly title: CatalogueTitle }) {
  const { t } = useTranslation();
  const { isLive } = useOutletContext<ShellContext>();
  const { data: asset } = useAsset(title.assetId ?? undefined, isLive);
  const there = markerKinds.flatMap((kind) => {
    const span = title.markers[kind];
    return span ? { kind, ...span } : [];
  });
  return (
    <Section title={t('markers.title')}>
      <Stack gap="sm" data-testid="markers">
        {there.length === 0 && (
          <Text size="sm" c="dimmed">
            {t('markers.none')}
          </Text>
        )}
        {there.map(({ kind, startMs, endMs }) => (
          <div key={kind}>
            <Group gap="xs">
              <span className="marker-dot" data-kind={kind} aria-hidden />
              <Text size="sm" className="figures">
                {t('markers.stripPart', {
                  kind: t(`markers.kinds.${kind}`),
                  start: timeText(startMs),
                  end: timeText(endMs),
                })}
              </Text>
            </Group>
            {typeof asset?.durationMs === 'number' && endMs > asset.durationMs && (
              <Text size="sm" data-testid="marker-too-long">
                {t('markers.tooLong')}
              </Text>
            )}
          </div>
        ))}
        <Button
          component={Link}
          to={markersPath(title.id)}
          variant="default"
          leftSection={<IconBookmarks size={18} />}
          w="fit-content"
        >
          {t('markers.open')}
        </Button>
      </Stack>
    </Section>
  );
}
