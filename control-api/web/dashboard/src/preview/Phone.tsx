import { Badge, Button, Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { IconPlayerPlayFilled } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { beginPlayback, endPlayback } from '../../../kit/player/playback.ts';
import { Player } from '../../../kit/player/Player.tsx';
import { useAsset } from '../api/assets.ts';
import { api } from '../api/server.ts';
import { usePicture } from '../api/stills.ts';
import type { CatalogueTitle, TitleSummary, TitleTerm, TitleText } from '../api/types.ts';
import { separator } from '../words/work.ts';

interface Props {
  readonly title: CatalogueTitle;
  readonly text: TitleText;
  readonly terms: readonly TitleTerm[];
  readonly seasons: readonly TitleSummary[];
  /** The id of the season whose episodes are shown. */
  readonly season: string | undefined;
  readonly onSeason: (id: string) => void;
  readonly episodes: readonly TitleSummary[];
}

/** The video of what is looked at, or a place of its shape. */
function Screen({ assetId, name }: { readonly assetId: string | undefined; readonly name: string }) {
  const { t } = useTranslation();
  const { data: asset } = useAsset(assetId, true);
  const poster = usePicture(asset?.id ?? '', asset?.poster ?? null, asset?.isPlayable === true);
  if (!asset?.isPlayable)
    return (
      <div className="phone-screen">
        <Text size="sm" c="white">
          {t(assetId === undefined ? 'video.none' : 'preview.notPlayable')}
        </Text>
      </div>
    );
  const size = asset.media ?? asset.poster;
  const ratio = size?.width && size.height ? size.width / size.height : 9 / 16;
  return (
    <div className="phone-video">
      <Player
        key={asset.id}
        sessions={{ begin: () => beginPlayback(api, asset.id), end: (id) => endPlayback(api, id) }}
        title={name}
        ratio={ratio}
        poster={poster.url}
      />
    </div>
  );
}

/** A title in a frame of 390 px, as phones have it. */
export function Phone({ title, text, terms, seasons, season, onSeason, episodes }: Props) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<string>();
  const shown = episodes.find(({ id }) => id === opened) ?? episodes[0];
  const assetId = (title.assetId ?? shown?.assetId) || undefined;
  const categories = terms.filter(({ kind }) => kind === 'category');
  const tags = terms.filter(({ kind }) => kind === 'tag');
  const cast = terms.filter(({ role }) => role === 'cast');
  const facts = [
    title.year === null ? undefined : String(title.year),
    t('facts.from', { age: title.effectiveMaturity }),
    ...categories.map(({ name }) => name),
  ].filter((fact) => fact !== undefined);
  return (
    <section className="phone" aria-label={t('preview.phone')} tabIndex={0} data-testid="phone">
      <Screen assetId={assetId} name={text.name} />
      <Stack gap="md" p="md">
        <div lang={text.language} dir="auto">
          <Title order={2} fz="xl" className="break-anywhere">
            {text.name}
          </Title>
          {text.tagline !== null && (
            <Text size="sm" fw={550} className="break-anywhere">
              {text.tagline}
            </Text>
          )}
        </div>
        <Text size="sm" c="dimmed">
          {facts.join(separator)}
        </Text>
        <Button leftSection={<IconPlayerPlayFilled size={18} />} fullWidth disabled>
          {t('preview.watch')}
        </Button>
        {text.synopsis !== null && (
          <Text size="sm" className="break-anywhere phone-synopsis" lang={text.language} dir="auto">
            {text.synopsis}
          </Text>
        )}
        {tags.length > 0 && (
          <Group gap="xs">
            {tags.map(({ id, name }) => (
              <Badge key={id} variant="light" color="gray" tt="none">
                {name}
              </Badge>
            ))}
          </Group>
        )}
        {cast.length > 0 && (
          <div>
            <Title order={3} fz="md">
              {t('titleTerms.roles.cast')}
            </Title>
            {cast.map(({ id, name, part }) => (
              <Text key={id} size="sm">
                {part === null ? name : t('preview.plays', { name, part })}
              </Text>
            ))}
          </div>
        )}
        {(seasons.length > 0 || episodes.length > 0) && (
          <Stack gap="xs">
            {seasons.length > 1 ? (
              <NativeSelect
                aria-label={t('parts.title.season')}
                value={season ?? ''}
                data={seasons.map(({ id, name }) => ({ value: id, label: name }))}
                onChange={({ currentTarget }) => onSeason(currentTarget.value)}
              />
            ) : (
              <Title order={3} fz="md">
                {t('parts.title.episode')}
              </Title>
            )}
            <ul className="phone-episodes" aria-label={t('parts.title.episode')}>
              {episodes.map(({ id, number, name }) => (
                <li key={id}>
                  <button
                    type="button"
                    className="phone-episode figures"
                    aria-label={t('parts.numbered', { kind: t('titleKinds.episode'), number: number ?? 0, name })}
                    aria-pressed={id === shown?.id}
                    onClick={() => setOpened(id)}
                  >
                    {number}
                  </button>
                </li>
              ))}
            </ul>
          </Stack>
        )}
      </Stack>
    </section>
  );
}
