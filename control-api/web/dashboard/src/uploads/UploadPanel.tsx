import { ActionIcon, Button, Card, Group, Stack, Text, ThemeIcon, Title, Tooltip, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconAlertTriangle,
  IconCheck,
  IconCloudOff,
  IconFileUpload,
  IconHourglass,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconTrash,
  IconUpload,
  IconX,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { messageOf } from '../api/problem.ts';
import { ProgressBar } from '../layout/ProgressBar.tsx';
import { bytesInWords, leftInWords, percent } from '../words/quantities.ts';
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

function partOf(entry: UploadEntry): number {
  return entry.size === 0 ? 0 : entry.sent / entry.size;
}

function statusInWords(entry: UploadEntry): string {
  const amount = `${bytesInWords(entry.sent)} of ${bytesInWords(entry.size)}`;
  switch (entry.state) {
    case 'waiting':
      return `Waiting for its turn · ${bytesInWords(entry.size)}`;
    case 'starting':
      return 'Starting…';
    case 'uploading': {
      const speed = entry.speed === undefined ? [] : [`${bytesInWords(entry.speed)}/s`];
      const left =
        entry.speed === undefined || entry.speed < 1 ? [] : [leftInWords((entry.size - entry.sent) / entry.speed)];
      return [amount, ...speed, ...left].join(' · ');
    }
    case 'paused':
      return `Paused · ${amount}`;
    case 'reconnecting':
      return `${amount} · ${entry.message ?? 'Connection lost.'} It goes on by itself.`;
    case 'finished':
      return `Uploaded · ${bytesInWords(entry.size)}`;
    case 'refused':
      return entry.message ?? 'Refused.';
  }
}

function act(work: Promise<void>, title: string): void {
  work.catch((error: unknown) => notifications.show({ color: 'red', title, message: messageOf(error) }));
}

function LineButton({
  label,
  subject,
  icon,
  onClick,
}: {
  label: string;
  subject: string;
  icon: ReactNode;
  onClick: () => void;
}) {
  return (
    <Tooltip label={label} openDelay={400}>
      <ActionIcon variant="subtle" size="lg" color="gray" aria-label={`${label} ${subject}`} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

function UploadLine({ entry }: { readonly entry: UploadEntry }) {
  const look = looks[entry.state];
  const canPause =
    entry.state === 'uploading' ||
    entry.state === 'starting' ||
    entry.state === 'reconnecting' ||
    entry.state === 'waiting';
  const shown = percent(partOf(entry));
  return (
    <Group component="li" wrap="nowrap" align="flex-start" gap="sm" data-testid="upload" data-state={entry.state}>
      <ThemeIcon variant="light" color={look.color} size={38} radius="md" aria-hidden>
        {look.icon}
      </ThemeIcon>
      <Stack gap={4} flex={1} miw={0}>
        <Group justify="space-between" wrap="nowrap" gap="sm">
          <Text fw={550} size="sm" truncate title={entry.name}>
            {entry.name}
          </Text>
          {entry.state !== 'refused' && entry.state !== 'finished' && (
            <Text size="sm" c="dimmed" className="figures">
              {shown}%
            </Text>
          )}
        </Group>
        {entry.state !== 'refused' && entry.state !== 'finished' && (
          <ProgressBar
            share={partOf(entry)}
            label={`Upload of ${entry.name}`}
            color={look.color}
            isMoving={entry.state === 'uploading'}
          />
        )}
        <Text
          size="xs"
          c={entry.state === 'refused' ? 'var(--mantine-color-error)' : 'dimmed'}
          className="figures"
          data-testid="upload-status"
        >
          {statusInWords(entry)}
        </Text>
      </Stack>
      <Group gap={2} wrap="nowrap">
        {canPause && (
          <LineButton
            label="Pause"
            subject={entry.name}
            icon={<IconPlayerPause size={18} />}
            onClick={() => uploads.pause(entry.id)}
          />
        )}
        {entry.state === 'paused' && (
          <LineButton
            label="Resume"
            subject={entry.name}
            icon={<IconPlayerPlay size={18} />}
            onClick={() => void uploads.resume(entry.id)}
          />
        )}
        {entry.state === 'refused' && entry.canRetry && (
          <LineButton
            label="Try again"
            subject={entry.name}
            icon={<IconRefresh size={18} />}
            onClick={() => void uploads.resume(entry.id)}
          />
        )}
        {entry.assetId !== undefined && (
          <Button
            component={Link}
            to={`/assets/${entry.assetId}`}
            size="compact-sm"
            variant="light"
            aria-label={`Open ${entry.name}`}
          >
            Open
          </Button>
        )}
        {entry.state === 'finished' || entry.state === 'refused' ? (
          <LineButton
            label="Dismiss"
            subject={entry.name}
            icon={<IconX size={18} />}
            onClick={() => uploads.dismiss(entry.id)}
          />
        ) : (
          <LineButton
            label="Cancel"
            subject={entry.name}
            icon={<IconX size={18} />}
            onClick={() => act(uploads.cancel(entry.id), 'The server still keeps a part of the file')}
          />
        )}
      </Group>
    </Group>
  );
}

function UnfinishedLine({
  unfinished,
  onChoose,
}: {
  readonly unfinished: UnfinishedUpload;
  readonly onChoose: () => void;
}) {
  return (
    <Group component="li" wrap="nowrap" align="flex-start" gap="sm" data-testid="unfinished-upload">
      <ThemeIcon variant="light" color="orange" size={38} radius="md" aria-hidden>
        <IconFileUpload size={18} />
      </ThemeIcon>
      <Stack gap={2} flex={1} miw={0}>
        <Text fw={550} size="sm" truncate title={unfinished.name}>
          {unfinished.name}
        </Text>
        <Text size="xs" c="dimmed">
          {bytesInWords(unfinished.size)} · not finished. Choose or drop the same file again and it goes on where it
          stopped.
        </Text>
      </Stack>
      <Group gap={4} wrap="nowrap">
        <Button size="compact-sm" variant="light" onClick={onChoose} aria-label={`Choose ${unfinished.name} again`}>
          Choose file
        </Button>
        <LineButton
          label="Discard"
          subject={unfinished.name}
          icon={<IconTrash size={18} />}
          onClick={() => act(uploads.discard(unfinished.fingerprint), 'The upload could not be discarded')}
        />
      </Group>
    </Group>
  );
}

/** What a screen reader hears: changes of state, not every per cent. */
function announcement(entries: readonly UploadEntry[]): string {
  const last = entries.findLast((entry) => entry.state !== 'waiting' && entry.state !== 'starting');
  if (!last) return '';
  const tens = Math.floor(percent(partOf(last)) / 25) * 25;
  return last.state === 'uploading' ? `${last.name}: ${tens} percent uploaded` : `${last.name}: ${statusInWords(last)}`;
}

/** The files on their way, each with its own line; nothing when there are none. */
export function UploadPanel({ onChoose }: { readonly onChoose: () => void }) {
  const { entries, unfinished } = useUploads();
  if (entries.length + unfinished.length === 0) return null;
  return (
    <Card withBorder radius="lg" padding="lg" component="section" aria-labelledby="uploads-title">
      <Group justify="space-between" mb="md">
        <Title order={2} id="uploads-title">
          Uploads
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
            Clear finished
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
      <VisuallyHidden aria-live="polite">{announcement(entries)}</VisuallyHidden>
    </Card>
  );
}
