import { Slider, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import Cropper from 'react-easy-crop';
import 'react-easy-crop/react-easy-crop.css';
import { useTranslation } from 'react-i18next';
import type { Part } from '../api/pictures.ts';
import type { PictureKind } from '../api/types.ts';
import { isLargeEnough, mostZoom, ratioOf, wholePart } from './shapes.ts';

interface Props {
  readonly kind: PictureKind;
  /** Where the picture is: in memory. */
  readonly url: string;
  /** The part that is shown; undefined: there is none that is large enough. */
  readonly onPart: (part: Part | undefined) => void;
  /** The browser cannot read it. */
  readonly onUnreadable: () => void;
}

/** Chooses the part of a picture that is shown, by mouse, finger, wheel or arrow keys. */
export function CropField({ kind, url, onPart, onUnreadable }: Props) {
  const { t } = useTranslation();
  const [crop, setCrop] = useState({ x: 0, y: 0 });
  const [zoom, setZoom] = useState(1);
  const [size, setSize] = useState<{ readonly width: number; readonly height: number }>();
  const [shown, setShown] = useState<Part>();
  const most = size ? mostZoom(kind, size) : 1;
  return (
    <Stack gap="sm">
      <div className="crop-field">
        <Cropper
          image={url}
          crop={crop}
          zoom={zoom}
          minZoom={1}
          maxZoom={most}
          aspect={ratioOf(kind)}
          keyboardStep={8}
          disableAutomaticStylesInjection
          cropperProps={{ 'aria-label': t('pictures.part'), role: 'group' }}
          mediaProps={{ alt: t('pictures.chosen'), onError: onUnreadable }}
          onCropChange={setCrop}
          onZoomChange={setZoom}
          onMediaLoaded={({ naturalWidth: width, naturalHeight: height }) => setSize({ width, height })}
          onCropAreaChange={(_shares, area) => {
            if (!size) return;
            const part = wholePart(area, size);
            setShown(part);
            onPart(isLargeEnough(kind, part) ? part : undefined);
          }}
        />
      </div>
      <Text size="sm" c="dimmed">
        {t('pictures.partHow')}
      </Text>
      <Slider
        label={null}
        thumbLabel={t('pictures.closer')}
        min={1}
        max={Math.max(most, 1.01)}
        step={0.01}
        disabled={most === 1}
        value={zoom}
        onChange={setZoom}
      />
      <Text size="sm" c="dimmed" className="figures" data-testid="part-size">
        {shown && t('pictures.size', { width: shown.width, height: shown.height })}
      </Text>
    </Stack>
  );
}
