import { Type, type Static } from 'typebox';
import { reference } from '../../schemas.ts';

/** As compact as it can be: a page has a hundred of them. */
export const pictureSchema = Type.Object(
  {
    url: Type.String({
      description:
        'Put one of `widths` for `{width}` and `avif`, `webp` or `jpg` for `{format}`. What is there never changes. Without a host: where the API is.',
      examples: ['/s/p/k1.c2lnbmF0dXJlLW9mLWl0/0123456789012345678901234567890123456789/0123abcd-{width}.{format}'],
    }),
    widths: Type.Array(Type.Integer(), { description: 'In pixels, the smallest first.' }),
    width: Type.Integer({ description: 'Of the largest one, in pixels.' }),
    height: Type.Integer(),
    placeholder: Type.String({ description: 'A colour to show until it has come, `#rrggbb`.' }),
  },
  { $id: 'Picture' },
);
export type PictureView = Static<typeof pictureSchema>;

export const picturesSchema = Type.Object(
  {
    poster: Type.Optional(reference(pictureSchema)),
    cover: Type.Optional(reference(pictureSchema)),
    banner: Type.Optional(reference(pictureSchema)),
  },
  {
    $id: 'Pictures',
    description:
      'Those that there are, in the language of the reader as far as there is one. Of a kind of which a title has none: that of what it is a part of.',
  },
);
export type PicturesView = Static<typeof picturesSchema>;
