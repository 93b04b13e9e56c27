import { Button, Group, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormProblem } from '../../../kit/forms/FormProblem.tsx';
import { useSubmission } from '../../../kit/forms/use-submission.ts';
import { Dialog } from '../../../kit/layout/Dialog.tsx';
import { Notice } from '../../../kit/layout/Notice.tsx';
import { ProgressBar } from '../../../kit/layout/ProgressBar.tsx';
import { pictureOfFrame, uploadPicture, type Part } from '../api/pictures.ts';
import { usePicture } from '../api/stills.ts';
import type { MadePicture, PictureFrame, PictureKind } from '../api/types.ts';
import { CropField } from './CropField.tsx';
import { FrameChoice } from './FrameChoice.tsx';
import { leastWidth, mostBytes, takenTypes } from './shapes.ts';
import { useFileUrl } from './use-file-url.ts';

/** What a picture is made of: a file, or a frame that is yet to be chosen. */
export type PictureSource = { readonly file: File } | { readonly framesOf: string };

interface Props {
  readonly kind: PictureKind;
  /** Undefined: nothing is being made. */
  readonly source: PictureSource | undefined;
  /** Gives what was made to what it is for. */
  readonly onMade: (made: MadePicture) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Why a file is not even sent; undefined: it may be a picture. */
function refusalOf({ size, type }: Pick<File, 'size' | 'type'>): 'notTaken' | 'tooLarge' | undefined {
  // Some systems do not say what a file is.
  if (type !== '' && !takenTypes.includes(type)) return 'notTaken';
  return size > mostBytes ? 'tooLarge' : undefined;
}

function Refused({ why, kind }: { readonly why: 'notTaken' | 'tooLarge' | 'unreadable'; readonly kind: PictureKind }) {
  const { t } = useTranslation();
  return (
    <Notice
      tone="failure"
      title={t('pictures.refused.title')}
      says={t(`pictures.refused.${why}`, { bytes: mostBytes, width: leastWidth(kind) })}
      data-testid="picture-refused"
    />
  );
}

function Making({ kind, source, onMade, onClose }: Props & { readonly source: PictureSource }) {
  const { t } = useTranslation();
  const [frame, setFrame] = useState<PictureFrame>();
  const file = 'file' in source ? source.file : undefined;
  const fileUrl = useFileUrl(file);
  const frameUrl = usePicture(frame?.assetId ?? '', frame ?? null, frame !== undefined);
  const [part, setPart] = useState<Part>();
  const [isUnreadable, setIsUnreadable] = useState(false);
  const [share, setShare] = useState(0);
  const sending = useRef<AbortController>(undefined);
  useEffect(() => () => sending.current?.abort(), []);
  const { isBusy, error, submit, forget } = useSubmission(async () => {
    if (!part) return;
    sending.current = new AbortController();
    const { signal } = sending.current;
    try {
      const made = file
        ? await uploadPicture(kind, file, part, { signal, onProgress: setShare })
        : frame && (await pictureOfFrame(kind, frame, part));
      // It may have been given up while it was made.
      if (!made || signal.aborted) return;
      await onMade(made);
      onClose();
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
    }
  });
  const why = (file && refusalOf(file)) ?? (isUnreadable ? 'unreadable' : undefined);
  if (why) return <Refused why={why} kind={kind} />;
  if ('framesOf' in source && !frame) return <FrameChoice titleId={source.framesOf} kind={kind} onChoose={setFrame} />;
  const url = file ? fileUrl : frameUrl.url;
  return (
    <form
      onSubmit={(event) => {
        // It may be asked from within another form, which is not sent by it.
        event.stopPropagation();
        submit(event);
      }}
    >
      <Stack gap="md">
        {frameUrl.isFailed && <Refused why="unreadable" kind={kind} />}
        {url !== undefined && (
          <CropField
            key={url}
            kind={kind}
            url={url}
            onPart={(next) => {
              setPart(next);
              if (error !== undefined) forget();
            }}
            onUnreadable={() => setIsUnreadable(true)}
          />
        )}
        {url !== undefined && !part && (
          <Text size="sm" c="red" role="status">
            {t('pictures.tooSmall', { width: leastWidth(kind) })}
          </Text>
        )}
        <FormProblem error={error} />
        {isBusy && (
          <Group gap="sm" wrap="nowrap">
            <ProgressBar share={share} label={t('pictures.sending')} color="brand" isMoving />
            <Text size="sm" c="dimmed" className="nowrap">
              {t(share < 1 && file ? 'pictures.sending' : 'pictures.making')}
            </Text>
          </Group>
        )}
        <Group justify="flex-end" gap="sm">
          {frame && !isBusy && (
            <Button variant="subtle" onClick={() => setFrame(undefined)}>
              {t('pictures.otherFrame')}
            </Button>
          )}
          <Button
            variant="default"
            onClick={() => {
              sending.current?.abort();
              onClose();
            }}
          >
            {t('catalogue.leave')}
          </Button>
          <Button type="submit" loading={isBusy} disabled={!part}>
            {t('pictures.use')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Makes a picture of a file or of a frame: cut to its shape, sent, and given to what it is for. */
export function PictureDialog({ source, ...props }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog
      opened={source !== undefined}
      title={t(`pictures.make.${props.kind}`)}
      onClose={props.onClose}
      data-testid="picture-dialog"
    >
      {source && <Making source={source} {...props} />}
    </Dialog>
  );
}
