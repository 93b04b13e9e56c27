import { Button, Card, Center, Group, Skeleton, Stack, Text, ThemeIcon, Title, VisuallyHidden } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { useMediaQuery } from '@mantine/hooks';
import { IconCloudUpload, IconFilterOff, IconUpload } from '@tabler/icons-react';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutletContext, useSearchParams } from 'react-router';
import { messageOf } from '../../../kit/api/problem.ts';
import { useAssets } from '../api/assets.ts';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { PageHeading } from '../../../kit/layout/PageHeading.tsx';
import type { ShellContext } from '../layout/shell-context.ts';
import { TryAgain } from '../../../kit/layout/TryAgain.tsx';
import { QuotaNotice } from '../uploads/QuotaNotice.tsx';
import { UploadPanel } from '../uploads/UploadPanel.tsx';
import { useAddFiles } from '../uploads/uploads.ts';
import { AssetList } from './AssetList.tsx';
import { BulkActions } from './BulkActions.tsx';
import { LibraryFilters } from './LibraryFilters.tsx';
import { useSelection } from './use-selection.ts';
import { addressOf, isNarrowed, viewIn, wholeLibrary, type LibraryView } from './view.ts';

function Loading() {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" aria-busy="true">
      <VisuallyHidden role="status">{t('library.loading')}</VisuallyHidden>
      {[0, 1, 2].map((row) => (
        <Skeleton key={row} height={72} radius="lg" />
      ))}
    </Stack>
  );
}

/** Nothing fits what was searched or filtered for. */
function NothingFound({ view, onShowAll }: { readonly view: LibraryView; readonly onShowAll: () => void }) {
  const { t } = useTranslation();
  const { search, state, mine, hasWarnings } = view;
  const onlyState = search === '' && !mine && !hasWarnings ? state : undefined;
  const words = search === '' ? t('library.emptyFilter') : t('library.emptySearch', { search });
  return (
    <Card withBorder radius="lg" padding="xl" data-testid="nothing-found">
      <Stack align="center" gap="sm">
        <Text c="dimmed" className="break-anywhere" ta="center">
          {onlyState ? t('library.emptyState', { state: t(`assetStates.${onlyState}`) }) : words}
        </Text>
        <Button variant="light" leftSection={<IconFilterOff size={16} />} onClick={onShowAll}>
          {t('library.showAll')}
        </Button>
      </Stack>
    </Card>
  );
}

/** All titles: searched, filtered and sorted as the address says, with the way in for new ones. */
export function LibraryPage() {
  const { t } = useTranslation(['dashboard', 'kit']);
  const { account, isLive } = useOutletContext<ShellContext>();
  const [address, setAddress] = useSearchParams();
  const view = viewIn(address);
  const onView = (next: LibraryView, again = false) => setAddress(addressOf(next), { replace: again });
  const { maxBytes, addFiles } = useAddFiles();
  const openFileDialog = useRef<() => void>(null);
  const isWide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false });
  const canDrop = useMediaQuery('(min-width: 48em)', undefined, { getInitialValueInEffect: false });
  const query = useAssets(view, isLive);
  const pages = query.data?.pages;
  const assets = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  const selection = useSelection(assets);
  const isEmpty = query.isSuccess && assets.length === 0;
  const choose = () => openFileDialog.current?.();
  const limit = maxBytes === undefined ? t('library.anySize') : t('library.maxSize', { bytes: maxBytes });
  const isFirstRun = isEmpty && !isNarrowed(view) && !query.isPlaceholderData;
  const mayUpload = account.permissions.includes('uploads.create');

  return (
    <Stack gap="lg">
      <Group justify="space-between" align="center" wrap="nowrap">
        <div>
          <PageHeading title={t('library.title')} />
          <Text c="dimmed" size="sm">
            {t('library.lead')}
          </Text>
        </div>
        {!isFirstRun && mayUpload && (
          <Button leftSection={<IconUpload size={18} />} onClick={choose}>
            {t('library.upload')}
          </Button>
        )}
      </Group>

      <Dropzone
        onDrop={(files) => addFiles(files)}
        openRef={openFileDialog}
        multiple
        radius="lg"
        p={isFirstRun ? 'xl' : 'md'}
        aria-label={canDrop ? t('library.dropLabel') : t('library.pick')}
        inputProps={{ 'aria-label': t('library.fieldLabel') }}
        data-testid="dropzone"
      >
        {isFirstRun ? (
          <Center mih={220} style={{ pointerEvents: 'none' }}>
            <Stack align="center" gap="md" maw={420} ta="center">
              <ThemeIcon size={72} radius={36} variant="light">
                <IconCloudUpload size={38} stroke={1.5} />
              </ThemeIcon>
              <div>
                <Text fw={650} fz="lg">
                  {t('library.first')}
                </Text>
                <Text c="dimmed" size="sm" mt={4}>
                  {canDrop ? t('library.firstHint') : t('library.firstHintPick')}
                </Text>
              </div>
              <Button component="span" leftSection={<IconUpload size={18} />}>
                {t('library.choose')}
              </Button>
              <Text size="xs" c="dimmed">
                {limit} {t('library.canPause')}
              </Text>
            </Stack>
          </Center>
        ) : (
          <Group gap="sm" wrap="nowrap" style={{ pointerEvents: 'none' }}>
            <ThemeIcon size={38} radius="md" variant="light">
              <IconCloudUpload size={20} />
            </ThemeIcon>
            <div>
              <Text size="sm" fw={550}>
                {canDrop ? t('library.drop') : t('library.pick')}
              </Text>
              <Text size="xs" c="dimmed">
                {limit}
              </Text>
            </div>
          </Group>
        )}
      </Dropzone>

      {mayUpload && <QuotaNotice />}

      <UploadPanel onChoose={choose} />

      {!isFirstRun && (
        <Stack gap="sm">
          <Title order={2}>{t('library.titles')}</Title>
          <LibraryFilters view={view} onView={onView} offersOrder={!isWide} />
        </Stack>
      )}

      {query.isPending && <Loading />}
      {query.isLoadingError && (
        <Notice
          tone="failure"
          title={t('library.failed')}
          says={messageOf(query.error)}
          toDo={<TryAgain onClick={() => void query.refetch()} />}
        />
      )}
      {isEmpty && !isFirstRun && (
        <NothingFound view={view} onShowAll={() => onView({ ...wholeLibrary, sort: view.sort, order: view.order })} />
      )}
      <VisuallyHidden role="status">
        {isNarrowed(view) &&
          query.isSuccess &&
          !query.isPlaceholderData &&
          t('library.found', { count: assets.length })}
      </VisuallyHidden>
      {assets.length > 0 && (
        <div aria-busy={query.isPlaceholderData} className={query.isPlaceholderData ? 'stale' : undefined}>
          <AssetList assets={assets} selection={selection} view={view} onView={onView} isWide={isWide} />
        </div>
      )}
      <BulkActions selection={selection} />
      {query.hasNextPage && (
        <Center>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('library.showMore')}
          </Button>
        </Center>
      )}
    </Stack>
  );
}
