import {
  Alert,
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
import { IconAlertCircle, IconCloudUpload, IconFilterOff, IconRefresh, IconUpload } from '@tabler/icons-react';
import { useRef } from 'react';
import { useOutletContext, useSearchParams } from 'react-router';
import { useAssets } from '../api/assets.ts';
import { messageOf } from '../api/problem.ts';
import type { AssetState } from '../api/types.ts';
import type { ShellContext } from '../layout/Shell.tsx';
import { UploadPanel } from '../uploads/UploadPanel.tsx';
import { useAddFiles } from '../uploads/uploads.ts';
import { bytesInWords } from '../words/quantities.ts';
import { assetStateLooks } from '../words/work.ts';
import { AssetList } from './AssetList.tsx';

const states = Object.keys(assetStateLooks) as AssetState[];

function Loading() {
  return (
    <Stack gap="sm" aria-busy="true">
      <VisuallyHidden role="status">Loading the library</VisuallyHidden>
      {[0, 1, 2].map((row) => (
        <Skeleton key={row} height={72} radius="lg" />
      ))}
    </Stack>
  );
}

/** All titles, newest first, with the way in for new ones. */
export function LibraryPage() {
  useDocumentTitle('Library · Dramabox');
  const { isLive } = useOutletContext<ShellContext>();
  const [search, setSearch] = useSearchParams();
  const state = states.find((one) => one === search.get('state'));
  const { maxBytes, addFiles } = useAddFiles();
  const openFileDialog = useRef<() => void>(null);
  const query = useAssets(state, isLive);
  const assets = query.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = query.isSuccess && assets.length === 0;
  const choose = () => openFileDialog.current?.();
  const limit = maxBytes === undefined ? 'Video files.' : `Video files of up to ${bytesInWords(maxBytes)} each.`;
  const isFirstRun = isEmpty && state === undefined;

  return (
    <Stack gap="lg">
      <Group justify="space-between" align="center" wrap="nowrap">
        <div>
          <Title order={1}>Library</Title>
          <Text c="dimmed" size="sm">
            Every title, from upload to play.
          </Text>
        </div>
        {!isFirstRun && (
          <Button leftSection={<IconUpload size={18} />} onClick={choose}>
            Upload
          </Button>
        )}
      </Group>

      <Dropzone
        onDrop={addFiles}
        openRef={openFileDialog}
        multiple
        radius="lg"
        p={isFirstRun ? 'xl' : 'md'}
        aria-label="Upload video files: drop them here or press to choose"
        inputProps={{ 'aria-label': 'Video files to upload' }}
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
                  Upload your first title
                </Text>
                <Text c="dimmed" size="sm" mt={4}>
                  Drop video files here, or choose them. They can be watched a few seconds after the upload, while the
                  rest is still being encoded.
                </Text>
              </div>
              <Button component="span" leftSection={<IconUpload size={18} />}>
                Choose files
              </Button>
              <Text size="xs" c="dimmed">
                {limit} Uploads can be paused and go on after a broken connection.
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
                Drop video files here, or press to choose
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
          <Title order={2}>Titles</Title>
          <NativeSelect
            aria-label="Show"
            value={state ?? ''}
            data={[
              { value: '', label: 'All states' },
              ...states.map((one) => ({ value: one, label: assetStateLooks[one].label })),
            ]}
            onChange={(event) =>
              setSearch(event.currentTarget.value === '' ? {} : { state: event.currentTarget.value }, { replace: true })
            }
          />
        </Group>
      )}

      {query.isPending && <Loading />}
      {query.isLoadingError && (
        <Alert color="red" icon={<IconAlertCircle size={18} />} title="The library could not be loaded" role="alert">
          <Stack gap="sm" align="flex-start">
            {messageOf(query.error)}
            <Button
              size="xs"
              color="red"
              variant="light"
              leftSection={<IconRefresh size={16} />}
              onClick={() => void query.refetch()}
            >
              Try again
            </Button>
          </Stack>
        </Alert>
      )}
      {isEmpty && state !== undefined && (
        <Card withBorder radius="lg" padding="xl">
          <Stack align="center" gap="sm">
            <Text c="dimmed">No title is in the state “{assetStateLooks[state].label}”.</Text>
            <Button
              variant="light"
              leftSection={<IconFilterOff size={16} />}
              onClick={() => setSearch({}, { replace: true })}
            >
              Show all
            </Button>
          </Stack>
        </Card>
      )}
      {assets.length > 0 && <AssetList assets={assets} />}
      {query.hasNextPage && (
        <Center>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show more
          </Button>
        </Center>
      )}
    </Stack>
  );
}
