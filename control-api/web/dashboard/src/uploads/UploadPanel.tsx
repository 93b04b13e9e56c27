import { ActionIcon, Button, Card, Group, Stack, Text, ThemeIcon, Title, Tooltip, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import {
  IconAlertTriangle,
  IconCheck,
  IconCloudOff,
  IconFileUpload,
  IconHourglass,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconTrash,
  IconUpload,
  IconX,
} from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useOutletContext } from 'react-router';
import { ApiError, messageOf, problemText } from '../../../kit/api/problem.ts';
import { ProgressBar } from '../../../kit/layout/ProgressBar.tsx';
import { percent } from '../../../kit/words/formats.ts';
import { useAsset } from '../api/assets.ts';
import { tellFailed } from '../../../kit/layout/notify.ts';
import type { ShellContext } from '../layout/shell-context.ts';
import { separator } from '../words/work.ts';
import { uploads, useUploads } from './uploads.ts';
import type { UnfinishedUpload, UploadEntry } from './upload-store.ts';
import type { UploadState } from './upload.ts';

const looks: Record<UploadState, { icon: ReactNode; color: string }> = {
  waiting: { icon: <IconHourglass size={18} />, color: 'gray' },
  starting: { icon: <IconUpload size={18} />, color: 'brand' },
  uploading: { icon: <IconUpload size={18} />, color: 'brand' },
  paused: { icon: <IconPlayerPause size={18} />, color: 'gray' },
  reconnecting: { icon: <IconCloudOff size={18} />, color: 'orange' },
  finished: { icon: <IconCheck size={18} />, color: 'teal' },
  refused: { icon: <IconAlertTriangle size={18} />, color: 'red' },
};

/** What became of a file that has arrived, where that is not that it is being processed or can be watched. */
type Outcome = { readonly kind: 'stopped' | 'deleted' } | { readonly kind: 'unusable'; readonly reason: string };

function useOutcome({ assetId }: UploadEntry): Outcome | undefined {
  const { isLive } = useOutletContext<ShellContext>();
  const { data: asset, error } = useAsset(assetId, isLive);
  if (error instanceof ApiError && error.status === 404) return { kind: 'deleted' };
  if (asset?.state === 'cancelled') return { kind: 'stopped' };
  if (asset?.state !== 'failed') return undefined;
  const reason = asset.error ?? asset.versions[0]?.work.error;
  return { kind: 'unusable', reason: reason ? problemText(reason) : '' };
}

const looksOf: Record<Outcome['kind'], { icon: ReactNode; color: string }> = {
  unusable: looks.refused,
  stopped: { icon: <IconPlayerStop size={18} />, color: 'gray' },
  deleted: { icon: <IconTrash size={18} />, color: 'gray' },
};

function partOf(entry: UploadEntry): number {
  return entry.size === 0 ? 0 : entry.sent / entry.size;
}

/** Why a file was refused: one that is no video by its own name. */
function refusalInWords(t: TFunction, { name, reason }: UploadEntry): string {
  const isNoVideo = reason instanceof ApiError && reason.code === 'upload_type_not_allowed';
  return isNoVideo ? t('uploads.refused.notVideo', { name }) : messageOf(reason);
}

function statusInWords(t: TFunction, entry: UploadEntry, outcome?: Outcome): string {
  const { sent, size, speed } = entry;
  if (outcome?.kind === 'unusable') return t('uploads.unusable', { reason: outcome.reason });
  if (outcome) return t(`uploads.${outcome.kind}`, { size });
  switch (entry.state) {
    case 'waiting':
      return t('uploads.waiting', { size });
    case 'starting':
      return t('uploads.starting');
    case 'uploading':
      return [
        t('uploads.amount', { sent, size }),
        ...(speed === undefined ? [] : [t('uploads.speed', { speed })]),
        ...(speed === undefined || speed < 1 ? [] : [t('uploads.left', { seconds: (size - sent) / speed })]),
      ].join(separator);
    case 'paused':
      return t('uploads.paused', { sent, size });
    case 'reconnecting':
      return t('uploads.reconnecting', { sent, size, reason: messageOf(entry.reason) });
    case 'finished':
      return t('uploads.finished', { size });
    case 'refused':
      return refusalInWords(t, entry);
  }
}

function tell(work: Promise<void>, title: string): void {
  work.catch((error: unknown) => tellFailed(title, error));
}

type Act = 'pause' | 'resume' | 'retry' | 'dismiss' | 'cancel' | 'discard';

function LineButton({
  act,
  name,
  icon,
  onClick,
}: {
  readonly act: Act;
  /** The file that it is about. */
  readonly name: string;
  readonly icon: ReactNode;
  readonly onClick: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Tooltip label={t(`uploads.${act}`)} openDelay={400}>
      <ActionIcon
        variant="subtle"
        size="lg"
        color="gray"
        aria-label={t(`uploads.${act}Name`, { name })}
        onClick={onClick}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

function UploadLine({ entry }: { readonly entry: UploadEntry }) {
  const { t } = useTranslation();
  const outcome = useOutcome(entry);
  const look = outcome ? looksOf[outcome.kind] : looks[entry.state];
  const isTrouble = entry.state === 'refused' || outcome?.kind === 'unusable';
  const canPause =
    entry.state === 'uploading' ||
    entry.state === 'starting' ||
    entry.state === 'reconnecting' ||
    entry.state === 'waiting';
  return (
    <li className="upload-line" data-testid="upload" data-state={entry.state} data-outcome={outcome?.kind}>
      <ThemeIcon variant="light" color={look.color} size={38} radius="md" className="upload-icon" aria-hidden>
        {look.icon}
      </ThemeIcon>
      <Group justify="space-between" wrap="nowrap" gap="sm" miw={0}>
        <Text fw={550} size="sm" truncate title={entry.name}>
          <bdi>{entry.name}</bdi>
        </Text>
        {entry.state !== 'refused' && entry.state !== 'finished' && (
          <Text size="sm" c="dimmed" className="figures">
            {t('work.share', { share: partOf(entry) })}
          </Text>
        )}
      </Group>
      <Stack gap={4} className="upload-words">
        {entry.state !== 'refused' && entry.state !== 'finished' && (
          <ProgressBar
            share={partOf(entry)}
            label={t('uploads.of', { name: entry.name })}
            color={look.color}
            isMoving={entry.state === 'uploading'}
          />
        )}
        <Text
          size="xs"
          c={isTrouble ? 'var(--mantine-color-error)' : 'dimmed'}
          className="figures break-anywhere"
          data-testid="upload-status"
        >
          {statusInWords(t, entry, outcome)}
        </Text>
      </Stack>
      <Group gap={2} wrap="nowrap" className="upload-actions">
        {canPause && (
          <LineButton
            act="pause"
            name={entry.name}
            icon={<IconPlayerPause size={18} />}
            onClick={() => uploads.pause(entry.id)}
          />
        )}
        {entry.state === 'paused' && (
          <LineButton
            act="resume"
            name={entry.name}
            icon={<IconPlayerPlay size={18} />}
            onClick={() => void uploads.resume(entry.id)}
          />
        )}
        {entry.state === 'refused' && entry.canRetry && (
          <LineButton
            act="retry"
            name={entry.name}
            icon={<IconRefresh size={18} />}
            onClick={() => void uploads.resume(entry.id)}
          />
        )}
        {entry.assetId !== undefined && outcome?.kind !== 'deleted' && (
          <Button
            component={Link}
            to={`/assets/${entry.assetId}`}
            size="compact-sm"
            variant="light"
            aria-label={t('uploads.openName', { name: entry.name })}
          >
            {t('uploads.open')}
          </Button>
        )}
        {entry.state === 'finished' || entry.state === 'refused' ? (
          <LineButton
            act="dismiss"
            name={entry.name}
            icon={<IconX size={18} />}
            onClick={() => uploads.dismiss(entry.id)}
          />
        ) : (
          <LineButton
            act="cancel"
            name={entry.name}
            icon={<IconX size={18} />}
            onClick={() => tell(uploads.cancel(entry.id), t('uploads.notCancelled'))}
          />
        )}
      </Group>
    </li>
  );
}

function UnfinishedLine({
  unfinished,
  onChoose,
}: {
  readonly unfinished: UnfinishedUpload;
  readonly onChoose: () => void;
}) {
  const { t } = useTranslation();
  const name = unfinished.name ?? t('uploads.unnamed');
  const canDrop = useMediaQuery('(min-width: 48em)', undefined, { getInitialValueInEffect: false });
  return (
    <Group component="li" align="flex-start" gap="sm" data-testid="unfinished-upload">
      <ThemeIcon variant="light" color="orange" size={38} radius="md" aria-hidden>
        <IconFileUpload size={18} />
      </ThemeIcon>
      <Stack gap={2} className="unfinished-words">
        <Text fw={550} size="sm" truncate title={name}>
          {name}
        </Text>
        <Text size="xs" c="dimmed">
          {t(canDrop ? 'uploads.unfinished' : 'uploads.unfinishedPick', { size: unfinished.size })}
        </Text>
      </Stack>
      <Group gap={4} wrap="nowrap">
        <Button
          size="compact-sm"
          variant="light"
          onClick={onChoose}
          aria-label={t('uploads.chooseAgainName', { name })}
        >
          {t('uploads.chooseAgain')}
        </Button>
        <LineButton
          act="discard"
          name={name}
          icon={<IconTrash size={18} />}
          onClick={() => tell(uploads.discard(unfinished.fingerprint), t('uploads.notDiscarded'))}
        />
      </Group>
    </Group>
  );
}

/** What a screen reader hears: changes of state, not every per cent. */
function announcement(t: TFunction, entries: readonly UploadEntry[]): string {
  const last = entries.findLast((entry) => entry.state !== 'waiting' && entry.state !== 'starting');
  if (!last) return '';
  const { name } = last;
  return last.state === 'uploading'
    ? t('uploads.announcedShare', { name, share: Math.floor(percent(partOf(last)) / 25) / 4 })
    : t('uploads.announced', { name, status: statusInWords(t, last) });
}

/** The files on their way, each with its own line; nothing when there are none. */
export function UploadPanel({ onChoose }: { readonly onChoose: () => void }) {
  const { t } = useTranslation();
  const { entries, unfinished } = useUploads();
  if (entries.length + unfinished.length === 0) return null;
  return (
    <Card withBorder radius="lg" padding="lg" component="section" aria-labelledby="uploads-title">
      <Group justify="space-between" mb="md">
        <Title order={2} id="uploads-title">
          {t('uploads.title')}
        </Title>
        {entries.some((entry) => entry.state === 'finished') && (
          <Button
            variant="subtle"
            size="compact-sm"
            color="gray"
            onClick={() =>
              entries.filter((entry) => entry.state === 'finished').forEach((entry) => uploads.dismiss(entry.id))
            }
          >
            {t('uploads.clear')}
          </Button>
        )}
      </Group>
      <Stack component="ul" gap="lg" m={0} p={0} style={{ listStyle: 'none' }}>
        {entries.map((entry) => (
          <UploadLine key={entry.id} entry={entry} />
        ))}
        {unfinished.map((one) => (
          <UnfinishedLine key={one.fingerprint} unfinished={one} onChoose={onChoose} />
        ))}
      </Stack>
      <VisuallyHidden aria-live="polite">{announcement(t, entries)}</VisuallyHidden>
    </Card>
  );
}
