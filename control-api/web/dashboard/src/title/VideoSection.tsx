import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { IconReplace, IconTrash, IconVideo } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useOutletContext } from 'react-router';
import { ApiError, messageOf } from '../../../kit/api/problem.ts';
import { ConfirmDialog } from '../../../kit/layout/ConfirmDialog.tsx';
import { NotLoaded } from '../../../kit/layout/NotLoaded.tsx';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { Section } from '../../../kit/layout/Section.tsx';
import { formats } from '../../../kit/messages/i18n.ts';
import { useAsset } from '../api/assets.ts';
import type { Asset } from '../api/types.ts';
import { titlePath } from '../paths.ts';
import type { ShellContext } from '../layout/shell-context.ts';
import { AssetStateBadge } from '../library/StateBadge.tsx';
import { WorkProgress } from '../library/WorkProgress.tsx';
import { StillPicture } from '../pictures/StillPicture.tsx';
import { isUnderWay } from '../words/work.ts';
import type { Drafted } from './use-draft.ts';
import { VideoDialog } from './VideoDialog.tsx';

function Video({ asset }: { readonly asset: Asset }) {
  const { t } = useTranslation();
  const work = asset.versions[0]?.work;
  return (
    <Group gap="md" align="flex-start" wrap="nowrap" data-testid="title-video">
      {asset.poster && (
        <div className="thumbnail">
          <StillPicture assetId={asset.id} still={asset.poster} alt={t('pictures.of', { title: asset.title })} />
        </div>
      )}
      <Stack gap={6} className="row-words">
        <Anchor component={Link} to={`/assets/${asset.id}`} size="sm" className="plain-link break-anywhere">
          <bdi>{asset.title}</bdi>
        </Anchor>
        <Group gap="xs">
          <AssetStateBadge state={asset.state} />
          {asset.durationMs !== null && (
            <Text size="sm" c="dimmed" className="figures">
              {formats().clock(asset.durationMs)}
            </Text>
          )}
        </Group>
        {work && isUnderWay(work) && <WorkProgress work={work} label={asset.title} />}
      </Stack>
    </Group>
  );
}

/** The video that a title points at: another one takes its place, and everything else stays. */
export function VideoSection({ drafted }: { readonly drafted: Drafted }) {
  const { t } = useTranslation();
  const { isLive } = useOutletContext<ShellContext>();
  const [isChoosing, setIsChoosing] = useState(false);
  const [asks, setAsks] = useState(false);
  const id = drafted.text('assetId') || undefined;
  const { data: asset, error, refetch } = useAsset(id, isLive);
  const refusal = drafted.state.refusals.get('assetId');
  const taker = refusal instanceof ApiError ? refusal.extras['titleId'] : undefined;
  return (
    <Section title={t('video.title')}>
      <Stack gap="md">
        {refusal !== undefined && (
          <Notice
            tone="failure"
            title={t('video.refused')}
            says={messageOf(refusal)}
            toDo={
              typeof taker === 'string' && (
                <Anchor component={Link} to={titlePath(taker)} size="sm" className="back">
                  {t('video.toTaker')}
                </Anchor>
              )
            }
          />
        )}
        {id === undefined ? (
          <Text size="sm" c="dimmed" data-testid="no-video">
            {t('video.none')}
          </Text>
        ) : asset ? (
          <Video asset={asset} />
        ) : (
          <NotLoaded error={error} onAgain={refetch} />
        )}
        {drafted.mayEdit && (
          <Group gap="xs">
            <Button
              variant={id === undefined ? 'filled' : 'default'}
              leftSection={id === undefined ? <IconVideo size={18} /> : <IconReplace size={18} />}
              onClick={() => setIsChoosing(true)}
            >
              {t(id === undefined ? 'video.choose' : 'video.replace')}
            </Button>
            {id !== undefined && (
              <Button variant="light" color="red" leftSection={<IconTrash size={18} />} onClick={() => setAsks(true)}>
                {t('video.remove')}
              </Button>
            )}
          </Group>
        )}
      </Stack>
      <VideoDialog
        opened={isChoosing}
        onClose={() => setIsChoosing(false)}
        onChoose={(assetId) => {
          drafted.draft.edit('assetId', assetId);
          drafted.draft.flush();
        }}
      />
      <ConfirmDialog
        opened={asks}
        title={t('video.removeTitle')}
        action={t('video.remove')}
        keep={t('catalogue.leave')}
        onClose={() => setAsks(false)}
        onConfirm={async () => {
          drafted.draft.edit('assetId', null);
          drafted.draft.flush();
          await Promise.resolve();
        }}
      >
        {t('video.removeText')}
      </ConfirmDialog>
    </Section>
  );
}
