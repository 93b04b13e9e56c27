import { ActionIcon, Button, Group, Stack, Text, TextInput, Tooltip, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconCopy, IconLink } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { beginPlayback } from '../api/playback.ts';
import { messageOf } from '../api/problem.ts';
import type { StartedSession } from '../api/types.ts';
import { Section } from '../layout/Section.tsx';
import { dateInWords } from '../words/quantities.ts';

/** Copies where the clipboard may be written: everywhere but on plain HTTP, where the older way still works. */
async function copy(field: HTMLInputElement): Promise<boolean> {
  field.focus();
  field.select();
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(field.value).then(
      () => true,
      () => document.execCommand('copy'),
    );
  }
  return document.execCommand('copy');
}

function LinkField({ name, url }: { readonly name: string; readonly url: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);

  async function onCopy() {
    if (!field.current) return;
    if (!(await copy(field.current))) {
      notifications.show({
        color: 'orange',
        title: 'Not copied',
        message: 'The browser does not allow it here. The address is selected: press Ctrl+C.',
      });
      return;
    }
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  }

  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <TextInput
        ref={field}
        label={`${name} URL`}
        value={url}
        readOnly
        flex={1}
        onFocus={(event) => event.currentTarget.select()}
        data-testid={`${name.toLowerCase()}-url`}
      />
      <Tooltip label={copied ? 'Copied' : `Copy ${name} URL`}>
        <ActionIcon size={36} variant="default" aria-label={`Copy ${name} URL`} onClick={() => void onCopy()}>
          {copied ? <IconCheck size={18} color="var(--mantine-color-teal-filled)" /> : <IconCopy size={18} />}
        </ActionIcon>
      </Tooltip>
      <VisuallyHidden aria-live="polite">{copied ? `${name} URL copied` : ''}</VisuallyHidden>
    </Group>
  );
}

/** Addresses for players outside of this page. They carry a token, so they are made only when asked for. */
export function PlaybackLinks({ assetId }: { readonly assetId: string }) {
  const [links, setLinks] = useState<StartedSession>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();

  async function make() {
    setBusy(true);
    setError(undefined);
    try {
      setLinks(await beginPlayback(assetId));
    } catch (thrown) {
      setError(messageOf(thrown));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Section title="Playback URLs">
      <Stack gap="sm">
        {links && (
          <>
            <LinkField name="HLS" url={links.hls} />
            <LinkField name="DASH" url={links.dash} />
          </>
        )}
        <Text size="sm" c="dimmed">
          {links
            ? `They work until ${dateInWords(links.expiresAt)} and count as one stream of your account. Whoever has them can watch.`
            : 'For any HLS or DASH player. They carry a token that ends by itself.'}
        </Text>
        {error && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {error}
          </Text>
        )}
        {!links && (
          <Button variant="light" leftSection={<IconLink size={18} />} loading={busy} onClick={() => void make()}>
            Get playback URLs
          </Button>
        )}
      </Stack>
    </Section>
  );
}
