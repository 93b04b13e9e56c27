import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../../kit/layout/Dialog.tsx';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { useAssets } from '../api/assets.ts';
import { SearchField } from '../layout/SearchField.tsx';
import { AssetStateBadge } from '../library/StateBadge.tsx';
import { Thumbnail } from '../library/Thumbnail.tsx';
import { searchCharacters, wholeLibrary } from '../library/view.ts';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onChoose: (assetId: string) => void;
}

function Choice({ onClose, onChoose }: Omit<Props, 'opened'>) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const query = useAssets({ ...wholeLibrary, search }, true);
  const assets = query.data?.pages.flatMap((page) => page.items);
  return (
    <Stack gap="md">
      <SearchField
        label={t('library.search')}
        clear={t('library.searchClear')}
        search={search}
        maxLength={searchCharacters}
        onSearch={setSearch}
      />
      {!assets && <NotLoaded error={query.error} onAgain={query.refetch} />}
      {assets?.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          {t('video.noneFound')}
        </Text>
      )}
      <ul className="rows" aria-label={t('video.found')}>
        {assets?.map((asset) => (
          <Group component="li" key={asset.id} className="row" gap="sm" wrap="nowrap" data-testid="video-choice">
            <Thumbnail asset={asset} />
            <div className="row-words">
              <Text size="sm" fw={600} lineClamp={2} className="break-anywhere">
                <bdi>{asset.title}</bdi>
              </Text>
              <AssetStateBadge state={asset.state} />
            </div>
            <Button
              size="xs"
              variant="light"
              className="row-action"
              aria-label={t('video.chooseThis', { title: asset.title })}
              onClick={() => {
                onChoose(asset.id);
                onClose();
              }}
            >
              {t('video.take')}
            </Button>
          </Group>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('catalogue.showMore')}
        </Button>
      )}
    </Stack>
  );
}

/** Chooses a video of the library. */
export function VideoDialog({ opened, ...rest }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} title={t('video.choose')} onClose={rest.onClose}>
      <Choice {...rest} />
    </Dialog>
  );
}
