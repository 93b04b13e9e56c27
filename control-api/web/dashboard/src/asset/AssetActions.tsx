import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlayerStop, IconRefresh, IconRepeat, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { actOnAsset, deleteAsset } from '../api/assets.ts';
import { messageOf } from '../api/problem.ts';
import type { Asset } from '../api/types.ts';
import { ConfirmDialog } from '../layout/ConfirmDialog.tsx';
import { isUnderWay } from '../words/work.ts';

type Question = 'cancel' | 'reencode' | 'delete';

/** The actions that make sense in the asset's state, and only those. */
export function AssetActions({ asset }: { readonly asset: Asset }) {
  const navigate = useNavigate();
  const [question, setQuestion] = useState<Question>();
  const [retrying, setRetrying] = useState(false);
  const newest = asset.versions[0];
  const inWork = newest !== undefined && isUnderWay(newest.work);
  const gaveUp = newest?.state === 'failed' || newest?.state === 'cancelled';

  async function retry() {
    setRetrying(true);
    try {
      await actOnAsset(asset.id, 'retry');
    } catch (error) {
      notifications.show({ color: 'red', title: 'Not started again', message: messageOf(error) });
    } finally {
      setRetrying(false);
    }
  }

  async function remove() {
    await deleteAsset(asset.id);
    notifications.show({ color: 'teal', title: 'Deleted', message: asset.title });
    await navigate('/', { replace: true });
  }

  const close = () => setQuestion(undefined);
  return (
    <Group gap="xs">
      {gaveUp && (
        <Button leftSection={<IconRefresh size={18} />} loading={retrying} onClick={() => void retry()}>
          Retry
        </Button>
      )}
      {inWork && (
        <Button variant="default" leftSection={<IconPlayerStop size={18} />} onClick={() => setQuestion('cancel')}>
          Cancel processing
        </Button>
      )}
      {!inWork && !gaveUp && newest && (
        <Button variant="default" leftSection={<IconRepeat size={18} />} onClick={() => setQuestion('reencode')}>
          Re-encode
        </Button>
      )}
      <Button variant="light" color="red" leftSection={<IconTrash size={18} />} onClick={() => setQuestion('delete')}>
        Delete
      </Button>

      <ConfirmDialog
        opened={question === 'cancel'}
        title="Cancel the processing?"
        action="Cancel processing"
        keep="Go on"
        onClose={close}
        onConfirm={() => actOnAsset(asset.id, 'cancel')}
      >
        {asset.versions.some((version) => version.isCurrent && version !== newest)
          ? 'The version that is served now stays.'
          : 'The title cannot be watched then. The uploaded file is kept, so that you can retry later.'}
      </ConfirmDialog>
      <ConfirmDialog
        opened={question === 'reencode'}
        title="Encode it again?"
        action="Re-encode"
        keep="Not now"
        color="brand"
        onClose={close}
        onConfirm={() => actOnAsset(asset.id, 'reencode')}
      >
        A new version is made from the uploaded file. Viewers stay on the one that is served now until the new one is
        ready.
      </ConfirmDialog>
      <ConfirmDialog
        opened={question === 'delete'}
        title="Delete this title?"
        action="Delete"
        keep="Keep it"
        icon={<IconTrash size={18} />}
        onClose={close}
        onConfirm={remove}
      >
        <strong className="break-anywhere">{asset.title}</strong>, its uploaded file and all of its versions are
        removed. Streams that play it end. This cannot be undone.
      </ConfirmDialog>
    </Group>
  );
}
