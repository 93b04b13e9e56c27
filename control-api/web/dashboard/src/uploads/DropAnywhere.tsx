import { Center, Stack, Text, ThemeIcon } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconCloudUpload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMatch, useNavigate } from 'react-router';
import { tracksPath } from '../paths.ts';
import { useAddFiles } from './uploads.ts';

/**
 * The whole window takes dropped files, on every page but the one that takes subtitles. Without it a file that misses its place makes the browser leave
 * the page, and with it the uploads in hand.
 */
export function DropAnywhere() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { addFiles } = useAddFiles();
  const takesSubtitles = useMatch(tracksPath(':titleId')) !== null;
  return (
    <Dropzone.FullScreen
      active={!takesSubtitles}
      multiple
      // Inside the page's landmarks: it takes files even where nobody sees it.
      withinPortal={false}
      data-testid="drop-anywhere"
      inputProps={{ 'aria-label': t('uploads.dropField'), tabIndex: -1 }}
      radius="lg"
      onDrop={(files) => {
        addFiles(files);
        void navigate('/');
      }}
    >
      <Center mih="70vh" style={{ pointerEvents: 'none' }}>
        <Stack align="center" gap="md">
          <ThemeIcon size={88} radius={44} variant="light">
            <IconCloudUpload size={46} stroke={1.5} />
          </ThemeIcon>
          <Text fw={650} fz="xl">
            {t('uploads.drop')}
          </Text>
        </Stack>
      </Center>
    </Dropzone.FullScreen>
  );
}
