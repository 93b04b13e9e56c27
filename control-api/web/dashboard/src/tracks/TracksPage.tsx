import { Anchor, Grid, Group, Skeleton, Stack, Text, VisuallyHidden } from '@mantine/core';
import { IconArrowLeft, IconMovieOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useOutletContext, useParams } from 'react-router';
import { ApiError } from '../../../kit/api/problem.ts';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { useTitle } from '../api/titles.ts';
import { useTracks } from '../api/tracks.ts';
import type { TitleTracks } from '../api/types.ts';
import type { ShellContext } from '../layout/shell-context.ts';
import { ToPage } from '../layout/ToPage.tsx';
import { cataloguePages, titlePath } from '../paths.ts';
import { AudioSection } from './AudioSection.tsx';
import { FoundSection } from './FoundSection.tsx';
import { NewSubtitles } from './NewSubtitles.tsx';
import { Publication } from './Publication.tsx';
import { SubtitlesRow } from './SubtitlesRow.tsx';
import './tracks.css';

function Tracks({ tracks, mayEdit }: { readonly tracks: TitleTracks; readonly mayEdit: boolean }) {
  const { t } = useTranslation();
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Stack gap="lg">
          <Section title={t('tracks.subtitles')}>
            {tracks.subtitles.length === 0 ? (
              <Text size="sm" c="dimmed" data-testid="no-subtitles">
                {t('tracks.noSubtitles')}
              </Text>
            ) : (
              <ul className="rows" aria-label={t('tracks.subtitles')}>
                {tracks.subtitles.map((each) => (
                  <SubtitlesRow key={each.id} subtitles={each} mayEdit={mayEdit} />
                ))}
              </ul>
            )}
          </Section>
          <FoundSection tracks={tracks} mayEdit={mayEdit} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Stack gap="lg">
          {mayEdit && <NewSubtitles titleId={tracks.titleId} />}
          <AudioSection tracks={tracks} mayEdit={mayEdit} />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

/** The subtitles and the audio of a title. */
export function TracksPage() {
  const { t } = useTranslation();
  const { titleId = '' } = useParams();
  const { account } = useOutletContext<ShellContext>();
  const { data: title, error: missing } = useTitle(titleId);
  const { data: tracks, error, refetch } = useTracks(titleId);
  // An id that cannot be one (400) is of no title either.
  if (missing instanceof ApiError && [400, 404].includes(missing.status))
    return (
      <EmptyPage
        icon={IconMovieOff}
        title={t('title.gone')}
        text={t('title.goneText')}
        toDo={<ToPage path={cataloguePages.titles} name="catalogue" />}
        data-testid="title-missing"
      />
    );
  const mayEdit = account.permissions.includes('titles.edit') && title?.deletedAt === null;
  return (
    <Stack gap="lg">
      <div>
        <Anchor component={Link} to={titlePath(titleId)} size="sm" className="back" w="fit-content">
          <Group gap={4} component="span" display="inline-flex" wrap="nowrap">
            <IconArrowLeft size={16} className="toward-start" aria-hidden />
            <bdi>{title?.name ?? t('title.parent')}</bdi>
          </Group>
        </Anchor>
        <Group gap="sm" mt={4} justify="space-between">
          <PageHeading title={title ? t('tracks.ofTitle', { title: title.name }) : t('tracks.title')}>
            {t('tracks.title')}
          </PageHeading>
          {tracks && <Publication state={tracks.publication} />}
        </Group>
        <Text c="dimmed" size="sm">
          {t('tracks.lead')}
        </Text>
      </div>
      {tracks && title ? (
        <Tracks tracks={tracks} mayEdit={mayEdit} />
      ) : error ? (
        <NotLoaded error={error} onAgain={refetch} />
      ) : (
        <Stack gap="lg" aria-busy="true">
          <VisuallyHidden role="status">{t('tracks.loading')}</VisuallyHidden>
          <Skeleton height={240} radius="lg" />
        </Stack>
      )}
    </Stack>
  );
}
