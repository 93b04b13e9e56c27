import { Anchor, Button, Grid, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconArrowLeft, IconCopy, IconMovieOff } from '@tabler/icons-react';
import { useRef, useState, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useOutletContext, useParams } from 'react-router';
import { ApiError } from '../../../kit/api/problem.ts';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { Player, type PlayerControls } from '../../../kit/player/Player.tsx';
import { beginPlayback, endPlayback } from '../../../kit/player/playback.ts';
import { useAsset } from '../api/assets.ts';
import { api } from '../api/server.ts';
import { usePicture } from '../api/stills.ts';
import { useTitle } from '../api/titles.ts';
import type { Asset, CatalogueTitle } from '../api/types.ts';
import type { ShellContext } from '../layout/shell-context.ts';
import { ToPage } from '../layout/ToPage.tsx';
import { cataloguePages, titlePath } from '../paths.ts';
import { Conflicts, DraftNotices, SaveState } from '../title/DraftStatus.tsx';
import { useDraft } from '../title/use-draft.ts';
import { CopyMarkersDialog } from './CopyMarkersDialog.tsx';
import { MarkerFields } from './MarkerFields.tsx';
import { MarkerStrip } from './MarkerStrip.tsx';
import { markerKinds } from './marker-times.ts';

/** How long before a marker it is tried, in milliseconds. */
const tryBeforeMs = 3000;

function Video({
  asset,
  controls,
  onPosition,
}: {
  readonly asset: Asset;
  readonly controls: Ref<PlayerControls>;
  readonly onPosition: (milliseconds: number) => void;
}) {
  const poster = usePicture(asset.id, asset.poster, asset.isPlayable);
  const { width, height } = asset.media ?? {};
  return (
    <Player
      key={asset.id}
      sessions={{ begin: () => beginPlayback(api, asset.id), end: (id) => endPlayback(api, id) }}
      title={asset.title}
      ratio={width && height ? width / height : 16 / 9}
      poster={poster.url}
      controls={controls}
      onPosition={onPosition}
    />
  );
}

function Loaded({ title: read }: { readonly title: CatalogueTitle }) {
  const { t } = useTranslation();
  const { account, isLive } = useOutletContext<ShellContext>();
  const mayEdit = account.permissions.includes('titles.edit') && read.deletedAt === null;
  const drafted = useDraft(account.id, read, mayEdit);
  const { title, state } = drafted;
  const { data: asset } = useAsset(title.assetId ?? undefined, isLive);
  const player = useRef<PlayerControls>(null);
  const [positionMs, setPositionMs] = useState<number>();
  const [isNowhere, setIsNowhere] = useState(false);
  const [copies, setCopies] = useState(false);
  const durationMs = asset?.durationMs ?? undefined;
  const isPlayable = asset?.isPlayable === true;
  const hasMarkers = markerKinds.some((kind) => title.markers[kind] !== null);
  return (
    <Stack gap="lg">
      <DraftNotices drafted={drafted} />
      <Conflicts drafted={drafted} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="md">
            {asset && isPlayable ? (
              <Video
                asset={asset}
                controls={player}
                onPosition={(milliseconds) => {
                  setPositionMs(milliseconds);
                  setIsNowhere(false);
                }}
              />
            ) : (
              <Text size="sm" c="dimmed" data-testid="no-video">
                {t('markers.noVideo')}
              </Text>
            )}
            {durationMs !== undefined && durationMs > 0 && (
              <MarkerStrip drafted={drafted} durationMs={durationMs} positionMs={positionMs} />
            )}
            {isNowhere && (
              <Text size="sm" role="alert">
                {t('markers.notPlaying')}
              </Text>
            )}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Section title={t('markers.parts')} aside={mayEdit && <SaveState drafted={drafted} />}>
            <Stack gap="xl">
              {markerKinds.map((kind) => (
                <MarkerFields
                  key={kind}
                  drafted={drafted}
                  kind={kind}
                  durationMs={durationMs}
                  here={() => player.current?.position()}
                  onTry={
                    isPlayable
                      ? (startMs) => void player.current?.playFrom(Math.max(0, startMs - tryBeforeMs))
                      : undefined
                  }
                  onNowhere={() => setIsNowhere(true)}
                />
              ))}
              {mayEdit && title.kind === 'episode' && hasMarkers && (
                <Button
                  variant="default"
                  leftSection={<IconCopy size={18} aria-hidden />}
                  disabled={state.status !== 'saved'}
                  onClick={() => setCopies(true)}
                >
                  {t('markers.copy')}
                </Button>
              )}
            </Stack>
          </Section>
        </Grid.Col>
      </Grid>
      <CopyMarkersDialog opened={copies} title={title} onClose={() => setCopies(false)} />
    </Stack>
  );
}

/** Where the parts of a video are that viewers may skip, set beside the player. */
export function MarkersPage() {
  const { t } = useTranslation();
  const { titleId = '' } = useParams();
  const { data: title, error, refetch } = useTitle(titleId);
  const hasNone = title !== undefined && title.kind !== 'episode' && title.kind !== 'movie';
  // An id that cannot be one (400) is of no title either.
  if (hasNone || (error instanceof ApiError && [400, 404].includes(error.status)))
    return (
      <EmptyPage
        icon={IconMovieOff}
        title={t('title.gone')}
        text={t('title.goneText')}
        toDo={<ToPage path={cataloguePages.titles} name="catalogue" />}
        data-testid="title-missing"
      />
    );
  return (
    <Stack gap="lg">
      <div>
        <Anchor component={Link} to={titlePath(titleId)} size="sm" className="back" w="fit-content">
          <Group gap={4} component="span" display="inline-flex" wrap="nowrap">
            <IconArrowLeft size={16} className="toward-start" aria-hidden />
            <bdi>{title?.name ?? t('catalogue.title')}</bdi>
          </Group>
        </Anchor>
        <PageHeading title={t('markers.title')} />
        <Text c="dimmed" size="sm">
          {t('markers.lead')}
        </Text>
      </div>
      {title ? (
        <Loaded key={title.id} title={title} />
      ) : error ? (
        <NotLoaded error={error} onAgain={refetch} />
      ) : (
        <Skeleton height={420} radius="lg" />
      )}
    </Stack>
  );
}
