import { useIntersection } from '@mantine/hooks';
import { IconPhotoOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePicture } from '../api/stills.ts';
import type { Still } from '../api/types.ts';

/** Pictures are fetched a little before they are scrolled into sight. */
const ahead = { rootMargin: '200px' } as const;

/**
 * A picture of a title, whole and undistorted, in a place that has its shape before it is there. It is fetched once it
 * is about to be seen.
 */
export function StillPicture({
  assetId,
  still,
  alt,
}: {
  readonly assetId: string;
  readonly still: Still;
  readonly alt: string;
}) {
  const { t } = useTranslation();
  const { ref, entry } = useIntersection<HTMLDivElement>(ahead);
  const { url, isFailed } = usePicture(assetId, still, entry?.isIntersecting === true);
  const [broken, setBroken] = useState<string>();
  const isBroken = isFailed || (url !== undefined && url === broken);
  const shape = { '--shape': `${still.width} / ${still.height}` } as React.CSSProperties;
  return (
    <div ref={ref} className="still" style={shape} data-testid="still" data-chunk={still.chunk}>
      {url !== undefined && !isBroken && (
        <img src={url} alt={alt} width={still.width} height={still.height} onError={() => setBroken(url)} />
      )}
      {isBroken && (
        <span role="img" aria-label={t('pictures.broken')} title={t('pictures.broken')}>
          <IconPhotoOff size={20} stroke={1.6} aria-hidden />
        </span>
      )}
    </div>
  );
}
