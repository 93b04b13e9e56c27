import { Button } from '@mantine/core';
import { IconRepeat } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutletContext } from 'react-router';
import { ConfirmDialog } from '../../../kit/layout/ConfirmDialog.tsx';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { actOnAsset, useAsset } from '../api/assets.ts';
import { readTitle } from '../api/titles.ts';
import type { ShellContext } from '../layout/shell-context.ts';
import type { Drafted } from '../title/use-draft.ts';
import { isUnderWay } from '../words/work.ts';

/** Says that the video was encoded with other settings than count now, and offers to encode it again. */
export function EncodedOtherwise({ drafted }: { readonly drafted: Drafted }) {
  const { t } = useTranslation();
  const { isLive } = useOutletContext<ShellContext>();
  const [asks, setAsks] = useState(false);
  const { title } = drafted;
  const { encoding } = title.streaming;
  const isOtherwise = encoding !== null && !encoding.isAsSet;
  const { data: asset } = useAsset(isOtherwise ? (title.assetId ?? undefined) : undefined, isLive);
  if (!isOtherwise) return null;
  const preset =
    encoding.qualityPreset === null ? t('streaming.usual') : t(`streaming.presets.${encoding.qualityPreset}`);
  const newest = asset?.versions[0];
  const isInWork = newest !== undefined && isUnderWay(newest.work);
  return (
    <>
      <Notice
        title={t('streaming.otherwise')}
        says={t('streaming.otherwiseText', { preset, ladder: encoding.ladder ?? t('streaming.usual') })}
        toDo={
          asset?.mayChange &&
          !isInWork && (
            <Button size="xs" leftSection={<IconRepeat size={16} />} onClick={() => setAsks(true)}>
              {t('streaming.again')}
            </Button>
          )
        }
        data-testid="encoded-otherwise"
      />
      <ConfirmDialog
        opened={asks}
        title={t('confirm.reencodeTitle')}
        action={t('streaming.again')}
        keep={t('confirm.reencodeKeep')}
        color="brand"
        onClose={() => setAsks(false)}
        onConfirm={async () => {
          if (asset) await actOnAsset(asset.id, 'reencode');
          await readTitle(title.id);
        }}
      >
        {t('confirm.reencodeText')}
      </ConfirmDialog>
    </>
  );
}
