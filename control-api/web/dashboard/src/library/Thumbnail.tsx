import { IconHourglass, IconMovie, IconMovieOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AssetSummary } from '../api/types.ts';
import { StillPicture } from '../pictures/StillPicture.tsx';
import { whyNoPicture } from '../words/pictures.ts';

const icons = { soon: IconHourglass, none: IconMovie, failed: IconMovieOff, cancelled: IconMovieOff } as const;

/** The picture of a title in a list: landscape and portrait ones stand in a place of one size. */
export function Thumbnail({ asset }: { readonly asset: AssetSummary }) {
  const { t } = useTranslation();
  const { id, title, poster } = asset;
  if (poster)
    return (
      <div className="thumbnail">
        <StillPicture assetId={id} still={poster} alt={t('pictures.of', { title })} />
      </div>
    );
  const why = whyNoPicture(asset.newestVersion?.work);
  const Icon = icons[why];
  return (
    <div className="thumbnail">
      <span className="no-still" role="img" aria-label={t(`pictures.why.${why}`)} title={t(`pictures.why.${why}`)}>
        <Icon size={20} stroke={1.6} aria-hidden />
      </span>
    </div>
  );
}
