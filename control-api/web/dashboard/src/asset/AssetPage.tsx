import { Anchor, Card, Center, Grid, Group, Skeleton, Stack, Text, ThemeIcon, VisuallyHidden } from '@mantine/core';
import { IconArrowLeft, IconHourglass, IconMovieOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useOutletContext, useParams } from 'react-router';
import { ApiError, messageOf, problemText, warningText } from '../../../kit/api/problem.ts';
import { Player } from '../../../kit/player/Player.tsx';
import { beginPlayback, endPlayback } from '../../../kit/player/playback.ts';
import { useAsset } from '../api/assets.ts';
import { useTitleOfVideo } from '../api/titles.ts';
import { usePicture } from '../api/stills.ts';
import { api } from '../api/server.ts';
import type { Asset } from '../api/types.ts';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { ToPage } from '../layout/ToPage.tsx';
import type { ShellContext } from '../layout/shell-context.ts';
import { titlePath } from '../paths.ts';
import { TryAgain } from '../../../kit/layout/TryAgain.tsx';
import { WorkProgress } from '../library/WorkProgress.tsx';
import { StillPicture } from '../pictures/StillPicture.tsx';
import { whyNoPicture } from '../words/pictures.ts';
import { isUnderWay, workInWords } from '../words/work.ts';
import { AssetActions } from './AssetActions.tsx';
import { AssetTitle } from './AssetTitle.tsx';
import { PlaybackLinks } from './PlaybackLinks.tsx';
import { Renditions } from './Renditions.tsx';
import { Stills } from './Stills.tsx';
import { SourceFacts } from './SourceFacts.tsx';
import { Versions } from './Versions.tsx';

/** What went wrong with the newest version, or with the file itself. */
function Trouble({ asset }: { readonly asset: Asset }) {
  const { t } = useTranslation();
  const newest = asset.versions[0];
  const error = asset.error ?? newest?.work.error;
  if (!error || (newest && isUnderWay(newest.work))) return null;
  return (
    <Notice
      tone="failure"
      title={asset.isPlayable ? t('asset.newestFailed') : t('asset.notProcessed')}
      says={problemText(error)}
      toDo={error.isPermanent && !asset.isPlayable ? t('asset.permanent') : undefined}
      data-testid="asset-trouble"
    />
  );
}

/** What the title lost, or what was guessed: it can be watched all the same, so this is calm. */
function Warnings({ asset }: { readonly asset: Asset }) {
  const { t } = useTranslation();
  if (asset.warnings.length === 0) return null;
  return (
    <Notice
      title={t('asset.warnings', { count: asset.warnings.length })}
      says={asset.warnings.map(warningText)}
      data-testid="asset-warnings"
    />
  );
}

function Work({ asset }: { readonly asset: Asset }) {
  const { t } = useTranslation();
  const newest = asset.versions[0];
  if (!newest || !isUnderWay(newest.work)) return null;
  // A screen reader hears stages and every tenth part, not each change of the estimate.
  const spoken =
    newest.work.waitsFor !== null || (newest.work.etaSeconds === null && newest.work.stage !== 'encoding')
      ? workInWords(t, newest.work)
      : t('work.spoken', {
          stage: t(`stages.${newest.work.stage}`),
          share: Math.floor(newest.work.progress * 10) / 10,
        });
  return (
    <Card withBorder radius="lg" padding="md">
      <WorkProgress work={newest.work} label={asset.title} />
      <VisuallyHidden aria-live="polite">{spoken}</VisuallyHidden>
    </Card>
  );
}

/** In place of the player while nothing can be played: why, and a picture where there is one. */
function NothingToPlay({ asset }: { readonly asset: Asset }) {
  const { t } = useTranslation();
  const why = whyNoPicture(asset.versions[0]?.work);
  return (
    <Card withBorder radius="lg" padding="xl" data-testid="nothing-to-play">
      <Center mih={200}>
        <Stack align="center" gap="sm" ta="center" maw={380}>
          {asset.poster ? (
            <div className="poster">
              <StillPicture assetId={asset.id} still={asset.poster} alt={t('pictures.of', { title: asset.title })} />
            </div>
          ) : (
            <ThemeIcon size={60} radius={30} variant="light" color="gray">
              {why === 'soon' ? <IconHourglass size={30} stroke={1.5} /> : <IconMovieOff size={30} stroke={1.5} />}
            </ThemeIcon>
          )}
          <Text c="dimmed" size="sm">
            {why === 'soon' ? t('asset.soon') : t(`asset.nothing.${why}`)}
          </Text>
        </Stack>
      </Center>
    </Card>
  );
}

/** The title of the catalogue that has this video. */
function InCatalogue({ assetId }: { readonly assetId: string }) {
  const { t } = useTranslation();
  const { account } = useOutletContext<ShellContext>();
  const { data: title } = useTitleOfVideo(assetId, account.permissions.includes('titles.read'));
  if (!title) return null;
  return (
    <Group gap="xs">
      <Text size="sm" c="dimmed">
        {t('video.of')}
      </Text>
      <Anchor component={Link} to={titlePath(title.id)} size="sm" className="back break-anywhere">
        <bdi>{title.name}</bdi>
      </Anchor>
    </Group>
  );
}

function Loaded({ asset }: { readonly asset: Asset }) {
  const { t } = useTranslation(['dashboard', 'kit']);
  const [chosen, setChosen] = useState<string>();
  const shown = asset.versions.find((version) => version.id === chosen) ?? asset.versions[0];
  const newestVideo = asset.versions
    .flatMap((version) => version.renditions)
    .find((rendition) => rendition.kind === 'video' && rendition.width && rendition.height);
  const size = asset.media ?? newestVideo;
  const ratio = size?.width && size.height ? size.width / size.height : 16 / 9;
  const poster = usePicture(asset.id, asset.poster, asset.isPlayable);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" gap="md">
        <AssetTitle asset={asset} />
        <AssetActions asset={asset} />
      </Group>
      <InCatalogue assetId={asset.id} />
      <Trouble asset={asset} />
      <Work asset={asset} />
      <Warnings asset={asset} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack gap="lg">
            {asset.isPlayable ? (
              <Player
                key={asset.id}
                sessions={{ begin: () => beginPlayback(api, asset.id), end: (id) => endPlayback(api, id) }}
                title={asset.title}
                ratio={ratio}
                poster={poster.url}
              />
            ) : (
              <NothingToPlay asset={asset} />
            )}
            <Stills asset={asset} />
            <Versions versions={asset.versions} shown={shown} onShow={setChosen} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack gap="lg">
            {asset.isPlayable && <PlaybackLinks assetId={asset.id} />}
            <SourceFacts asset={asset} />
          </Stack>
        </Grid.Col>
      </Grid>
      {shown && (
        <Section
          title={t('renditions.title')}
          aside={asset.versions.length > 1 ? t('versions.version', { number: shown.number }) : undefined}
        >
          <Renditions version={shown} />
        </Section>
      )}
    </Stack>
  );
}

function NotLoaded({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <Notice tone="failure" title={t('asset.failed')} says={messageOf(error)} toDo={<TryAgain onClick={onRetry} />} />
  );
}

/** Everything about one title. */
export function AssetPage() {
  const { t } = useTranslation();
  const { assetId = '' } = useParams();
  const { isLive } = useOutletContext<ShellContext>();
  const query = useAsset(assetId, isLive);
  // An id that cannot be one (400) is of no title either.
  const isGone = query.error instanceof ApiError && [400, 404].includes(query.error.status);
  if (isGone)
    return (
      <EmptyPage
        icon={IconMovieOff}
        title={t('asset.gone')}
        text={t('asset.goneHint')}
        toDo={<ToPage path="/" name="library" />}
        data-testid="asset-missing"
      />
    );
  return (
    <Stack gap="md">
      <Anchor component={Link} to="/" size="sm" c="dimmed" w="fit-content" className="back">
        <Group gap={6} component="span">
          <IconArrowLeft size={16} aria-hidden className="toward-start" /> {t('asset.back')}
        </Group>
      </Anchor>
      {query.data && <Loaded asset={query.data} />}
      {query.isLoadingError && <NotLoaded error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && (
        <Stack gap="lg" aria-busy="true">
          <VisuallyHidden role="status">{t('asset.loading')}</VisuallyHidden>
          <Skeleton height={36} w="50%" radius="md" />
          <Skeleton height={320} radius="lg" />
          <Skeleton height={200} radius="lg" />
        </Stack>
      )}
    </Stack>
  );
}
