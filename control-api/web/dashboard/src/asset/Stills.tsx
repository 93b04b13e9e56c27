import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formats } from '../../../kit/messages/i18n.ts';
import type { Asset } from '../api/types.ts';
import { Section } from '../../../kit/layout/Section.tsx';
import { StillPicture } from '../pictures/StillPicture.tsx';

/** Pictures from all over the title, with the time at which each is shown. */
export function Stills({ asset }: { readonly asset: Asset }) {
  const { t } = useTranslation();
  const [first] = asset.stills;
  if (!first) return null;
  return (
    <Section title={t('pictures.title')}>
      <ul className="stills" data-portrait={first.height > first.width || undefined} data-testid="stills">
        {asset.stills.map((still) => (
          <li key={`${still.versionId} ${still.chunk}`}>
            <StillPicture assetId={asset.id} still={still} alt={t('pictures.at', { time: still.atMs })} />
            <Text size="xs" c="dimmed" ta="center" mt={4} className="figures" component="time">
              {formats().clock(still.atMs)}
            </Text>
          </li>
        ))}
      </ul>
    </Section>
  );
}
