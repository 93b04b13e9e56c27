import type { EncodingPlan } from '../plan.ts';

/*
 * Size, aspect and format may change from one picture of a source to the next, and the graph is not built anew for
 * that. Filters that only pass pictures on (`setpts`, `fps`, `tpad`, `trim`) take any of them; all others take what
 * they were set up for and nothing else. So the first that works on pixels is `scale`, which looks at each picture.
 */

/**
 * Every picture at the size and in the format of the first one, for filters that need that; fields stay apart. Where
 * all are alike it does nothing.
 */
export const ofOneSize = 'scale=eval=init:interl=-1';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Rounding to whole, even pixels is no other aspect: the picture then fills the frame. */
const sameAspect = { pixels: 2, share: 0.02 };

/**
 * Width and height, as `scale` reckons them for each picture, of the largest one of the picture's own aspect (`dar`)
 * that fits into the frame.
 */
function fitting({ width, height }: Size): string {
  const tolerance = Math.max(sameAspect.pixels, width * sameAspect.share);
  const fill = `lte(abs(dar*${height}-${width}),${tolerance})`;
  const even = (side: string, whole: number) => `if(${fill},${whole},clip(2*round(${side}/2),2,${whole}))`;
  return `w='${even(`dar*${height}`, width)}':h='${even(`${width}/dar`, height)}'`;
}

/** Black where a picture of another aspect leaves the frame empty. */
const padded = ({ width, height }: Size): string =>
  `setsar=1,pad=w=${width}:h=${height}:x='2*trunc((ow-iw)/4)':y='2*trunc((oh-ih)/4)':eval=frame`;

/** Leaves away what is not shown. By what the first picture's size is, so that no smaller one is read beyond its end. */
function cropFilters(crop: EncodingPlan['crop']): string[] {
  if (!crop) return [];
  const { left, right, top, bottom, aspect } = crop;
  return [
    ofOneSize,
    `crop=w=iw-${left + right}:h=ih-${top + bottom}:x=${left}:y=${top}`,
    `setdar=${aspect.num}/${aspect.den}`,
  ];
}

function orientationFilters({ mirrored, rotation }: EncodingPlan['orientation']): string[] {
  const turn = { 0: [], 90: ['transpose=clock'], 180: ['hflip', 'vflip'], 270: ['transpose=cclock'] }[rotation];
  return [...(mirrored ? ['hflip'] : []), ...turn];
}

/**
 * Each picture into the frame of the largest rendition, in its own aspect; BT.709 limited range 8 bit 4:2:0, square
 * samples, no side data.
 * @param canConvertPrimaries whether zscale is there; without it wide colours are shown as if they were BT.709
 */
export function pictureFilters(plan: EncodingPlan, frame: Size, canConvertPrimaries: boolean): string[] {
  const { matrix, fullRange, primaries, perPicture = [] } = plan.sourceColor;
  const turned = plan.orientation.rotation === 90 || plan.orientation.rotation === 270;
  const coded = turned ? { width: frame.height, height: frame.width } : { width: frame.width, height: frame.height };
  const scale = [...cropFilters(plan.crop), `scale=${fitting(coded)}:eval=frame:flags=bicubic`].join(',');
  const finish = [...orientationFilters(plan.orientation), 'setsar=1', 'sidedata=mode=delete'];
  if (plan.toneMapFrom) {
    const range = fullRange ? 'full' : 'limited';
    return [
      // Scaled first: the floating-point steps are the expensive ones.
      scale,
      padded(coded),
      `zscale=tin=${plan.toneMapFrom}:min=2020_ncl:pin=2020:rin=${range}:t=linear:npl=203`,
      'format=gbrpf32le',
      'zscale=p=709',
      'tonemap=tonemap=hable:desat=0',
      'zscale=t=709:m=709:r=limited',
      'format=yuv420p',
      ...finish,
    ];
  }
  // What pictures say of themselves counts; where they do not, what the container says or what was guessed. `scale`
  // takes a picture for limited range if it says nothing.
  const from = [
    `in_color_matrix=${perPicture.includes('matrix') ? 'auto' : matrix}`,
    ...(fullRange && !perPicture.includes('range') ? ['in_range=full'] : []),
  ];
  const converted = [scale, ...from, 'out_color_matrix=bt709', 'out_range=limited'].join(':');
  if (!primaries || !canConvertPrimaries) return [converted, 'format=yuv420p', padded(coded), ...finish];
  return [
    converted,
    // 16 bits, for what is lost here is seen as bands. zscale goes through linear light by itself.
    'format=yuv444p16le',
    padded(coded),
    `setparams=color_primaries=${primaries}:color_trc=bt709:colorspace=bt709:range=tv`,
    'zscale=p=709',
    'format=yuv420p',
    ...finish,
  ];
}
