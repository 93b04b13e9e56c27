import { Button, Group, Stack, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconMovie, IconTrash, IconUpload } from '@tabler/icons-react';
import { useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PictureKind, PictureView } from '../api/types.ts';
import { ShownPicture } from './ShownPicture.tsx';

interface Props {
  readonly kind: PictureKind;
  /** What is there, its own or not; undefined: nothing. */
  readonly picture: PictureView | undefined;
  /** Of what it is a picture. */
  readonly of: string;
  /** Said of it, e.g. where it is from. */
  readonly says: ReactNode;
  readonly isOwn: boolean;
  readonly mayEdit: boolean;
  readonly onFile: (file: File) => void;
  /** Undefined: it has no video. */
  readonly onFrames?: (() => void) | undefined;
  readonly onRemove: () => void;
  /** How wide it is shown, in pixels. */
  readonly width: number;
}

/** The place of a picture: what is there, and ways to put another one there. */
export function PictureSlot(props: Props) {
  const { t } = useTranslation();
  const { kind, picture, of, says, isOwn, mayEdit, onFile, onFrames, onRemove, width } = props;
  const openFiles = useRef<() => void>(null);
  const name = t(`pictures.kinds.${kind}`);
  const shown = (
    <ShownPicture kind={kind} picture={picture} alt={t('pictures.kindOf', { kind: name, title: of })} width={width} />
  );
  return (
    <Stack gap="xs" className="picture-slot" data-testid={`picture-${kind}`}>
      <Text size="sm" fw={600} component="h3" m={0}>
        {name}
      </Text>
      {mayEdit ? (
        <Dropzone
          className="picture-drop"
          openRef={openFiles}
          activateOnClick={false}
          activateOnKeyboard={false}
          multiple={false}
          p={0}
          radius="md"
          tabIndex={-1}
          aria-label={t('pictures.dropOf', { kind: name })}
          inputProps={{ 'aria-label': t('pictures.fileOf', { kind: name }), tabIndex: -1 }}
          onDrop={([file]) => file && onFile(file)}
          // Several at once: the first of them, as one is wanted.
          onReject={([first]) => first && onFile(first.file)}
        >
          {shown}
        </Dropzone>
      ) : (
        shown
      )}
      <Text size="xs" c="dimmed" component="div">
        {says}
      </Text>
      {mayEdit && (
        <Group gap={6}>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconUpload size={14} />}
            aria-label={t(isOwn ? 'pictures.replaceOf' : 'pictures.uploadOf', { kind: name })}
            onClick={() => openFiles.current?.()}
          >
            {t(isOwn ? 'pictures.replace' : 'pictures.upload')}
          </Button>
          {onFrames && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconMovie size={14} />}
              aria-label={t('pictures.fromVideoOf', { kind: name })}
              onClick={onFrames}
            >
              {t('pictures.fromVideo')}
            </Button>
          )}
          {isOwn && (
            <Button
              size="xs"
              variant="light"
              color="red"
              leftSection={<IconTrash size={14} />}
              aria-label={t('pictures.removeOf', { kind: name })}
              onClick={onRemove}
            >
              {t('pictures.remove')}
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}
