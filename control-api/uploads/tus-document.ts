import { Type } from 'typebox';

/*
 * The headers of tus 1.0 (https://tus.io/protocols/resumable-upload) for the OpenAPI document. They are checked by the
 * tus endpoint, which answers as the protocol asks, and not by the validator.
 */

const version = Type.String({ const: '1.0.0', maxLength: 10, description: 'Version of tus.', examples: ['1.0.0'] });
const bytes = (description: string) => Type.Integer({ minimum: 0, description, examples: [1_048_576] });
const checksum = Type.Optional(
  Type.String({
    maxLength: 200,
    description: 'Algorithm and digest in base64 of the body. Nothing of it is kept when it does not match.',
    examples: ['sha256 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
  }),
);
const expires = Type.String({
  maxLength: 40,
  description: 'When an unfinished upload is given up (HTTP date); sent until it is finished.',
  examples: ['Sat, 31 Jan 2026 12:00:00 GMT'],
});
const assetId = Type.String({
  maxLength: 64,
  description: 'The asset that the upload became; sent once all bytes are here.',
  examples: ['asset_01JZ8Q4M6RXK3V5T9B2C7D1E0F'],
});
const offset = bytes('How much has arrived, in bytes.');

export const tusAnswers = {
  described: {
    'Tus-Resumable': version,
    'Tus-Version': version,
    'Tus-Extension': Type.String({ maxLength: 200, examples: ['creation,creation-with-upload,termination'] }),
    'Tus-Max-Size': bytes('Largest file, in bytes.'),
    'Tus-Checksum-Algorithm': Type.String({ maxLength: 200, examples: ['sha1,sha256'] }),
  },
  created: {
    'Tus-Resumable': version,
    Location: Type.String({
      maxLength: 2048,
      description: 'Where the bytes go.',
      examples: ['/api/v1/uploads/upload_01JZ8Q4M6RXK3V5T9B2C7D1E0F'],
    }),
    'Upload-Offset': offset,
    'Upload-Expires': expires,
    'Dramabox-Asset': assetId,
  },
  found: {
    'Tus-Resumable': version,
    'Upload-Length': bytes('Size of the whole file, in bytes.'),
    'Upload-Offset': offset,
    'Upload-Expires': expires,
    'Dramabox-Asset': assetId,
  },
  continued: {
    'Tus-Resumable': version,
    'Upload-Offset': offset,
    'Upload-Expires': expires,
    'Dramabox-Asset': assetId,
  },
  givenUp: { 'Tus-Resumable': version },
};

/** The bytes of a file, from where the upload continues. */
const body = { content: { 'application/offset+octet-stream': { schema: { type: 'string', format: 'binary' } } } };

/** Declared as `documented` by the routes. */
export const tusRequests = {
  plain: { headers: Type.Object({ 'Tus-Resumable': version }) },
  creation: {
    headers: Type.Object({
      'Tus-Resumable': version,
      'Upload-Length': bytes('Size of the whole file, in bytes. It cannot be deferred.'),
      'Upload-Metadata': Type.Optional(
        Type.String({
          maxLength: 4096,
          description:
            'Pairs of a key and a value in base64, separated by commas: `filename` and `filetype`. `titleId` names the title whose video it is to become once it is here; one that has a video is refused (409 `has_video`) unless `replace` is `true`.',
          examples: ['filename ZXBpc29kZS0xLm1wNA==,filetype dmlkZW8vbXA0'],
        }),
      ),
      'Upload-Checksum': checksum,
      'Idempotency-Key': Type.Optional(
        Type.String({
          maxLength: 257,
          description:
            'Made by the client, new for each upload. Repeated with it, when the answer was lost, the same upload is named again; `HEAD` says where it continues.',
        }),
      ),
    }),
    body,
    optionalBody: true,
  },
  continuation: {
    headers: Type.Object({
      'Tus-Resumable': version,
      'Upload-Offset': bytes('What the server has, in bytes: where the body continues.'),
      'Upload-Checksum': checksum,
    }),
    body,
  },
};
