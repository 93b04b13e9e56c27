import { Anchor, Button, Grid, Group, Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import {
  IconArrowLeft,
  IconBadgeCc,
  IconDeviceMobile,
  IconMovieOff,
  IconRestore,
  IconTrash,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useOutletContext, useParams } from 'react-router';
import { ApiError } from '../../../kit/api/problem.ts';
import { ConfirmDialog } from '../../../kit/layout/ConfirmDialog.tsx';
import { EmptyPage } from '../../../kit/layout/EmptyPage.tsx';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { tellDone, tellFailed } from '../../../kit/layout/notify.ts';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import { deleteTitle, restoreTitle, useTitle, useUnpublished } from '../api/titles.ts';
import type { CatalogueTitle } from '../api/types.ts';
import { DeletedBadge, KindBadge, TitleStateBadge } from '../catalogue/badges.tsx';
import type { ShellContext } from '../layout/shell-context.ts';
import { ToPage } from '../layout/ToPage.tsx';
import { MarkersSection } from '../markers/MarkersSection.tsx';
import { cataloguePages, previewPath, titlePath, tracksPath } from '../paths.ts';
import { PicturesSection } from '../pictures/PicturesSection.tsx';
import { PartsSections } from '../seasons/PartsSections.tsx';
import { StreamingSection } from '../streaming/StreamingSection.tsx';
import { Conflicts, DraftNotices, SaveState } from './DraftStatus.tsx';
import { FactsSection } from './FactsSection.tsx';
import { HistorySection } from './HistorySection.tsx';
import { ReleasesSection } from './ReleasesSection.tsx';
import { Steps } from './Steps.tsx';
import { TermsSection } from './TermsSection.tsx';
import { TextsSection } from './TextsSection.tsx';
import { useDraft } from './use-draft.ts';
import { VideoSection } from './VideoSection.tsx';

/** Above the heading: to what it is a part of. */
function Back({ title }: { readonly title: CatalogueTitle | undefined }) {
  const { t } = useTranslation();
  const parentId = title?.parentId ?? undefined;
  const { data: parent } = useTitle(parentId);
  return (
    <Anchor
      component={Link}
      to={parentId === undefined ? cataloguePages.titles : titlePath(parentId)}
      size="sm"
      className="back"
      w="fit-content"
    >
      <Group gap={4} component="span" display="inline-flex" wrap="nowrap">
        <IconArrowLeft size={16} className="toward-start" aria-hidden />
        <bdi>{parentId === undefined ? t('catalogue.title') : (parent?.name ?? t('title.parent'))}</bdi>
      </Group>
    </Anchor>
  );
}

function Deleted({ title, mayPublish }: { readonly title: CatalogueTitle; readonly mayPublish: boolean }) {
  const { t } = useTranslation();
  const [isBusy, setIsBusy] = useState(false);
  async function restore() {
    setIsBusy(true);
    try {
      await restoreTitle(title.id);
    } catch (error) {
      tellFailed(t('title.notRestored'), error);
    } finally {
      setIsBusy(false);
    }
  }
  return (
    <Notice
      title={t('title.deleted')}
      says={t('title.deletedText')}
      toDo={
        mayPublish && (
          <Button size="xs" leftSection={<IconRestore size={16} />} loading={isBusy} onClick={() => void restore()}>
            {t('title.restore')}
          </Button>
        )
      }
      data-testid="title-deleted"
    />
  );
}

function Loaded({ title: read }: { readonly title: CatalogueTitle }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { account } = useOutletContext<ShellContext>();
  const isDeleted = read.deletedAt !== null;
  const mayEdit = account.permissions.includes('titles.edit') && !isDeleted;
  const mayPublish = account.permissions.includes('titles.publish');
  const drafted = useDraft(account.id, read, mayEdit);
  const { title } = drafted;
  const [asksToDelete, setAsksToDelete] = useState(false);
  const unpublished = useUnpublished(title);
  const isWatched = title.kind !== 'series' && title.kind !== 'season';
  const name = drafted.text(`text.${title.originalLanguage}.name`) || title.name;
  return (
    <Stack gap="lg">
      <div>
        <Back title={title} />
        <Group gap="sm" mt={4}>
          <PageHeading title={name} data-testid="title-name">
            <bdi>{name}</bdi>
          </PageHeading>
          <KindBadge kind={title.kind} />
          {isDeleted ? <DeletedBadge /> : <TitleStateBadge state={title.state} />}
        </Group>
      </div>
      <Group justify="space-between" gap="sm">
        <Group gap="xs">
          <Steps title={title} unpublished={unpublished} />
          <Button
            component={Link}
            to={previewPath(title.id)}
            variant="default"
            leftSection={<IconDeviceMobile size={18} />}
          >
            {t('title.preview')}
          </Button>
          {isWatched && (
            <Button
              component={Link}
              to={tracksPath(title.id)}
              variant="default"
              leftSection={<IconBadgeCc size={18} />}
            >
              {t('tracks.open')}
            </Button>
          )}
          {mayPublish && !isDeleted && (
            <Button
              variant="light"
              color="red"
              leftSection={<IconTrash size={18} />}
              onClick={() => setAsksToDelete(true)}
            >
              {t('title.delete')}
            </Button>
          )}
        </Group>
        {mayEdit && <SaveState drafted={drafted} />}
      </Group>
      {isDeleted && <Deleted title={title} mayPublish={mayPublish} />}
      <DraftNotices drafted={drafted} />
      <Conflicts drafted={drafted} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="lg">
            <TextsSection drafted={drafted} />
            <PicturesSection title={title} mayEdit={mayEdit} />
            <FactsSection drafted={drafted} />
            <StreamingSection drafted={drafted} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="lg">
            {isWatched && <VideoSection drafted={drafted} />}
            {(title.kind === 'episode' || title.kind === 'movie') && <MarkersSection title={title} />}
            <ReleasesSection title={title} accountId={account.id} mayPublish={mayPublish && !isDeleted} />
            <TermsSection title={title} mayEdit={mayEdit} />
          </Stack>
        </Grid.Col>
      </Grid>
      <PartsSections title={title} mayEdit={mayEdit} mayPublish={mayPublish && !isDeleted} />
      {account.permissions.includes('audit.read') && (
        <HistorySection titleId={title.id} revision={title.revision} account={account} />
      )}
      <ConfirmDialog
        opened={asksToDelete}
        title={t('title.deleteTitle')}
        action={t('title.delete')}
        keep={t('catalogue.leave')}
        onClose={() => setAsksToDelete(false)}
        onConfirm={async () => {
          await deleteTitle(title.id);
          tellDone(t('title.deleted'), title.name);
          await navigate(title.parentId === null ? cataloguePages.titles : titlePath(title.parentId), {
            replace: true,
          });
        }}
      >
        {t('title.deleteText')}
      </ConfirmDialog>
    </Stack>
  );
}

/** Everything about one title of the catalogue. */
export function TitlePage() {
  const { t } = useTranslation();
  const { titleId = '' } = useParams();
  const { data, error, refetch } = useTitle(titleId);
  // An id that cannot be one (400) is of no title either.
  if (error instanceof ApiError && [400, 404].includes(error.status))
    return (
      <EmptyPage
        icon={IconMovieOff}
        title={t('title.gone')}
        text={t('title.goneText')}
        toDo={<ToPage path={cataloguePages.titles} name="catalogue" />}
        data-testid="title-missing"
      />
    );
  if (data) return <Loaded key={data.id} title={data} />;
  if (error)
    return (
      <Stack gap="lg">
        <PageHeading title={t('title.failed')} />
        <NotLoaded error={error} onAgain={refetch} />
      </Stack>
    );
  return (
    <Stack gap="lg" aria-busy="true">
      <VisuallyHidden role="status">{t('title.loading')}</VisuallyHidden>
      <Skeleton height={40} radius="lg" maw={420} />
      <Skeleton height={320} radius="lg" />
    </Stack>
  );
}
