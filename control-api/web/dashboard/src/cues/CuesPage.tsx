import { Anchor, Button, Group, Skeleton, Stack, Text, VisuallyHidden } from '@mantine/core';
import { IconArrowLeft, IconMovieOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useOutletContext, useParams } from 'react-router';
import { ApiError } from '../../../kit/api/problem.ts';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { useTitle } from '../api/titles.ts';
import { readCues, readSubtitles, useTracks } from '../api/tracks.ts';
import type { ShellContext } from '../layout/shell-context.ts';
import { tracksPath } from '../paths.ts';
import { languageWords, subtitlesName } from '../tracks/track-name.ts';
import { CueEditor } from './CueEditor.tsx';
import './cues.css';

/** The texts of subtitles, beside the video. */
export function CuesPage() {
  const { t } = useTranslation();
  const { titleId = '', subtitlesId = '' } = useParams();
  const { account } = useOutletContext<ShellContext>();
  const { data: title } = useTitle(titleId);
  const { data: tracks } = useTracks(titleId);
  // Read once: from then on the draft knows what the server has.
  const { data, error, refetch } = useQuery({
    queryKey: ['cues', subtitlesId],
    queryFn: async () => {
      const [subtitles, reading] = await Promise.all([readSubtitles(subtitlesId), readCues(subtitlesId)]);
      return { subtitles, reading };
    },
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const toTracks = (
    <Button component={Link} to={tracksPath(titleId)} variant="default">
      {t('cues.back')}
    </Button>
  );
  // An id that cannot be one (400) is of no subtitles either.
  if (error instanceof ApiError && [400, 404].includes(error.status))
    return (
      <EmptyPage
        icon={IconMovieOff}
        title={t('cues.gone')}
        text={t('cues.goneText')}
        toDo={toTracks}
        data-testid="cues-missing"
      />
    );
  const subtitles = tracks?.subtitles.find(({ id }) => id === subtitlesId) ?? data?.subtitles;
  const name = subtitles ? subtitlesName(subtitles) : t('tracks.subtitles');
  return (
    <Stack gap="md">
      <div>
        <Anchor component={Link} to={tracksPath(titleId)} size="sm" className="back" w="fit-content">
          <Group gap={4} component="span" display="inline-flex" wrap="nowrap">
            <IconArrowLeft size={16} className="toward-start" aria-hidden />
            <bdi>{title ? t('tracks.ofTitle', { title: title.name }) : t('cues.back')}</bdi>
          </Group>
        </Anchor>
        <PageHeading title={t('cues.title', { track: name })}>
          <bdi>{name}</bdi>
        </PageHeading>
        {subtitles && subtitles.label !== null && (
          <Text c="dimmed" size="sm">
            {languageWords(subtitles.language)}
          </Text>
        )}
      </div>
      {data && subtitles && title ? (
        <CueEditor
          key={subtitlesId}
          title={title}
          subtitles={subtitles}
          tracks={tracks}
          reading={data.reading}
          account={account}
        />
      ) : error ? (
        <NotLoaded error={error} onAgain={refetch} />
      ) : (
        <Stack gap="lg" aria-busy="true">
          <VisuallyHidden role="status">{t('cues.loading')}</VisuallyHidden>
          <Skeleton height={320} radius="lg" />
        </Stack>
      )}
    </Stack>
  );
}
