import { ActionIcon, Button, Group, Stack, Text, TextInput, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconCopy, IconLink } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { messageOf } from '../../../kit/api/problem.ts';
import type { StartedSession } from '../../../kit/api/types.ts';
import { beginPlayback } from '../../../kit/player/playback.ts';
import { api } from '../api/server.ts';
import { tellFailed } from '../../../kit/layout/notify.ts';
import { Section } from '../../../kit/layout/Section.tsx';

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
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);

  async function onCopy() {
    if (!field.current) return;
    if (!(await copy(field.current))) {
      tellFailed(t('links.notCopied'), t('links.notCopiedHint'));
      return;
    }
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  }

  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <TextInput
        ref={field}
        label={t('links.url', { name })}
        value={url}
        readOnly
        flex={1}
        onFocus={(event) => event.currentTarget.select()}
        data-testid={`${name.toLowerCase()}-url`}
      />
      <Tooltip label={copied ? t('links.copied') : t('links.copy', { name })}>
        <ActionIcon size={36} variant="default" aria-label={t('links.copy', { name })} onClick={() => void onCopy()}>
          {copied ? <IconCheck size={18} color="var(--mantine-color-teal-filled)" /> : <IconCopy size={18} />}
        </ActionIcon>
      </Tooltip>
      <VisuallyHidden aria-live="polite">{copied ? t('links.copiedUrl', { name }) : ''}</VisuallyHidden>
    </Group>
  );
}

/** Addresses for players outside of this page. They carry a token, so they are made only when asked for. */
export function PlaybackLinks({ assetId }: { readonly assetId: string }) {
  const { t } = useTranslation();
  const [links, setLinks] = useState<StartedSession>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  async function make() {
    setBusy(true);
    setError(undefined);
    try {
      setLinks(await beginPlayback(api, assetId));
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Section title={t('links.title')}>
      <Stack gap="sm">
        {links && (
          <>
            <LinkField name="HLS" url={links.hls} />
            <LinkField name="DASH" url={links.dash} />
          </>
        )}
        <Text size="sm" c="dimmed">
          {links ? t('links.given', { until: links.expiresAt }) : t('links.hint')}
        </Text>
        {error !== undefined && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {messageOf(error)}
          </Text>
        )}
        {!links && (
          <Button variant="light" leftSection={<IconLink size={18} />} loading={busy} onClick={() => void make()}>
            {t('links.get')}
          </Button>
        )}
      </Stack>
    </Section>
  );
}
