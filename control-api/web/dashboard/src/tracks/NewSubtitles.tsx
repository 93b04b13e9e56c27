import { Center, Stack, Text, ThemeIcon } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconBadgeCc } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { tellDone } from '../../../kit/layout/notify.ts';
import { Section } from '../../../kit/layout/Section.tsx';
import { addSubtitles, type ReadFile } from '../api/tracks.ts';
import { SubtitlesForm } from './SubtitlesForm.tsx';
import { languageWords } from './track-name.ts';

/** What somebody should know of a file that was read. */
function Read({ file }: { readonly file: ReadFile }) {
  const { t } = useTranslation();
  const says = [
    ...(file.encodingIsGuess ? [t('newSubtitles.guess', { encoding: file.encoding })] : []),
    ...(file.cut > 0 ? [t('newSubtitles.cut', { count: file.cut })] : []),
    ...(file.empty > 0 ? [t('newSubtitles.left', { count: file.empty })] : []),
  ];
  if (says.length === 0) return null;
  return <Notice title={t('newSubtitles.added')} says={says} data-testid="read-file" />;
}

/** New subtitles: the file is chosen, or dropped anywhere on the page. */
export function NewSubtitles({ titleId }: { readonly titleId: string }) {
  const { t } = useTranslation();
  const [dropped, setDropped] = useState<File>();
  const [read, setRead] = useState<ReadFile>();
  return (
    <Section title={t('newSubtitles.title')}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('newSubtitles.text')}
        </Text>
        {read && <Read file={read} />}
        <SubtitlesForm
          dropped={dropped}
          onSend={async (given, file) => {
            setRead(undefined);
            const made = await addSubtitles(titleId, given, file);
            if (made.file) setRead(made.file);
            setDropped(undefined);
            tellDone(t('newSubtitles.added'), languageWords(given.language));
          }}
        />
      </Stack>
      <Dropzone.FullScreen
        active
        multiple={false}
        withinPortal={false}
        data-testid="drop-subtitles"
        inputProps={{ 'aria-label': t('newSubtitles.file'), tabIndex: -1 }}
        radius="lg"
        onDrop={([file]) => setDropped(file)}
      >
        <Center mih="70vh" style={{ pointerEvents: 'none' }}>
          <Stack align="center" gap="md">
            <ThemeIcon size={88} radius={44} variant="light">
              <IconBadgeCc size={46} stroke={1.5} />
            </ThemeIcon>
            <Text fw={650} fz="xl">
              {t('newSubtitles.drop')}
            </Text>
          </Stack>
        </Center>
      </Dropzone.FullScreen>
    </Section>
  );
}
