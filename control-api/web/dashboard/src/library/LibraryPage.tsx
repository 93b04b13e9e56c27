import {
  Button,
  Card,
  Center,
  Group,
  NativeSelect,
  Skeleton,
  Stack,
  Text,
  ThemeIcon,
  Title,
  VisuallyHidden,
} from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { useDocumentTitle } from '@mantine/hooks';
import { IconCloudUpload, IconFilterOff, IconUpload } from '@tabler/icons-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutletContext, useSearchParams } from 'react-router';
import { messageOf } from '../../../kit/api/problem.ts';
import { useAssets } from '../api/assets.ts';
import type { AssetState } from '../api/types.ts';
import { Notice } from '../layout/Notice.tsx';
import type { ShellContext } from '../layout/shell-context.ts';
import { TryAgain } from '../layout/TryAgain.tsx';
import { UploadPanel } from '../uploads/UploadPanel.tsx';
import { useAddFiles } from '../uploads/uploads.ts';
import { assetStateColors } from '../words/work.ts';
import { AssetList } from './AssetList.tsx';

const states = Object.keys(assetStateColors) as AssetState[];

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

/** All titles, newest first, with the way in for new ones. */
export function LibraryPage() {
  const { t } = useTranslation(['dashboard', 'kit']);
  useDocumentTitle(t('kit:pageTitle', { page: t('library.title') }));
  const { account, isLive } = useOutletContext<ShellContext>();
  const [search, setSearch] = useSearchParams();
  const state = states.find((one) => one === search.get('state'));
  const { maxBytes, addFiles } = useAddFiles();
  const openFileDialog = useRef<() => void>(null);
  const query = useAssets(state, isLive);
  const assets = query.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = query.isSuccess && assets.length === 0;
  const choose = () => openFileDialog.current?.();
  const limit = maxBytes === undefined ? t('library.anySize') : t('library.maxSize', { bytes: maxBytes });
  const isFirstRun = isEmpty && state === undefined;
  const mayUpload = account.permissions.includes('uploads.create');

  return (
    <Stack gap="lg">
      <Group justify="space-between" align="center" wrap="nowrap">
        <div>
          <Title order={1}>{t('library.title')}</Title>
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
        onDrop={addFiles}
        openRef={openFileDialog}
        multiple
        radius="lg"
        p={isFirstRun ? 'xl' : 'md'}
        aria-label={t('library.dropLabel')}
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
                  {t('library.firstHint')}
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
                {t('library.drop')}
              </Text>
              <Text size="xs" c="dimmed">
                {limit}
              </Text>
            </div>
          </Group>
        )}
      </Dropzone>

      <UploadPanel onChoose={choose} />

      {!isFirstRun && (
        <Group justify="space-between" align="center">
          <Title order={2}>{t('library.titles')}</Title>
          <NativeSelect
            aria-label={t('library.show')}
            value={state ?? ''}
            data={[
              { value: '', label: t('library.allStates') },
              ...states.map((one) => ({ value: one, label: t(`assetStates.${one}`) })),
            ]}
            onChange={(event) =>
              setSearch(event.currentTarget.value === '' ? {} : { state: event.currentTarget.value }, { replace: true })
            }
          />
        </Group>
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
      {isEmpty && state !== undefined && (
        <Card withBorder radius="lg" padding="xl">
          <Stack align="center" gap="sm">
            <Text c="dimmed">{t('library.emptyState', { state: t(`assetStates.${state}`) })}</Text>
            <Button
              variant="light"
              leftSection={<IconFilterOff size={16} />}
              onClick={() => setSearch({}, { replace: true })}
            >
              {t('library.showAll')}
            </Button>
          </Stack>
        </Card>
      )}
      {assets.length > 0 && <AssetList assets={assets} />}
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
