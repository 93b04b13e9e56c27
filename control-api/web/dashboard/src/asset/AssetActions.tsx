import { Button, Group } from '@mantine/core';
import { IconPlayerStop, IconRefresh, IconRepeat, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { actOnAsset, deleteAsset } from '../api/assets.ts';
import type { Asset } from '../api/types.ts';
import { ConfirmDialog } from '../../../kit/layout/ConfirmDialog.tsx';
import { tellDone, tellFailed } from '../../../kit/layout/notify.ts';
import { isUnderWay } from '../words/work.ts';

type Question = 'cancel' | 'reencode' | 'delete';

/** The actions that make sense in the asset's state, and only those. */
export function AssetActions({ asset }: { readonly asset: Asset }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [question, setQuestion] = useState<Question>();
  const [retrying, setRetrying] = useState(false);
  const newest = asset.versions[0];
  const inWork = newest !== undefined && isUnderWay(newest.work);
  const gaveUp = newest?.state === 'failed' || newest?.state === 'cancelled';
  const isHopeless = (asset.error ?? newest?.work.error)?.isPermanent === true;

  async function retry() {
    setRetrying(true);
    try {
      await actOnAsset(asset.id, 'retry');
    } catch (error) {
      tellFailed(t('asset.notRetried'), error);
    } finally {
      setRetrying(false);
    }
  }

  async function remove() {
    await deleteAsset(asset.id);
    tellDone(t('asset.deleted'), asset.title);
    await navigate('/', { replace: true });
  }

  const close = () => setQuestion(undefined);
  return (
    <Group gap="xs">
      {gaveUp && !isHopeless && (
        <Button leftSection={<IconRefresh size={18} />} loading={retrying} onClick={() => void retry()}>
          {t('asset.retry')}
        </Button>
      )}
      {inWork && (
        <Button variant="default" leftSection={<IconPlayerStop size={18} />} onClick={() => setQuestion('cancel')}>
          {t('asset.cancel')}
        </Button>
      )}
      {!inWork && !gaveUp && newest && (
        <Button variant="default" leftSection={<IconRepeat size={18} />} onClick={() => setQuestion('reencode')}>
          {t('asset.reencode')}
        </Button>
      )}
      <Button variant="light" color="red" leftSection={<IconTrash size={18} />} onClick={() => setQuestion('delete')}>
        {t('asset.delete')}
      </Button>

      <ConfirmDialog
        opened={question === 'cancel'}
        title={t('confirm.cancelTitle')}
        action={t('asset.cancel')}
        keep={t('confirm.cancelKeep')}
        onClose={close}
        onConfirm={() => actOnAsset(asset.id, 'cancel')}
      >
        {asset.versions.some((version) => version.isCurrent && version !== newest)
          ? t('confirm.cancelServed')
          : t('confirm.cancelUnserved')}
      </ConfirmDialog>
      <ConfirmDialog
        opened={question === 'reencode'}
        title={t('confirm.reencodeTitle')}
        action={t('asset.reencode')}
        keep={t('confirm.reencodeKeep')}
        color="brand"
        onClose={close}
        onConfirm={() => actOnAsset(asset.id, 'reencode')}
      >
        {t('confirm.reencodeText')}
      </ConfirmDialog>
      <ConfirmDialog
        opened={question === 'delete'}
        title={t('confirm.deleteTitle')}
        action={t('asset.delete')}
        keep={t('confirm.deleteKeep')}
        icon={<IconTrash size={18} />}
        onClose={close}
        onConfirm={remove}
      >
        <Trans
          t={t}
          i18nKey="confirm.deleteText"
          values={{ title: asset.title }}
          components={{ name: <strong className="break-anywhere" /> }}
        />
      </ConfirmDialog>
    </Group>
  );
}
