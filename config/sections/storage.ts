import { choice, count, flag, GiB, group, seconds, secret, text, type Rule } from '../option.ts';

export const storage = group('Where sources and published media are kept.', {
  kind: choice(
    'disk (a local folder), s3 (Amazon S3, or a server that speaks its protocol) or gcs (Google Cloud Storage).',
    ['disk', 's3', 'gcs'],
  ),
  path: text('Folder of the disk storage. Empty: <dataDir>/storage.'),
  minFreeBytes: count(
    'Uploads and jobs are refused when they would leave less free space than this, in bytes: on the disk of the storage and on that of the scratch folder. An object store has no such limit.',
    GiB,
  ),
  bucket: text('Object stores: the bucket. It must exist, and nobody but its owner may read it.'),
  prefix: text(
    'Object stores: what every key begins with, with a slash at its end, e.g. dramabox/: several installations may share a bucket.',
  ),
  endpoint: text("Object stores: address of the server, e.g. https://s3.example.com. Empty: the provider's own."),
  region: text('s3: region of the bucket. Servers of your own mostly take any.', 'us-east-1'),
  pathStyle: flag(
    's3: whether the bucket stands in the path of addresses instead of in the name of the host. Servers of your own mostly want it.',
    false,
  ),
  accessKeyId: text(
    's3: the access key. Empty, as the secret: what the SDK finds by itself (AWS_ACCESS_KEY_ID, a profile, the role of the machine or container).',
  ),
  secretAccessKey: secret('s3: the secret of the access key.'),
  serviceAccountKey: secret(
    'gcs: the key file of a service account: the JSON itself, not its path. Empty: application default credentials (GOOGLE_APPLICATION_CREDENTIALS, or the account of the machine).',
  ),
  attempts: count(
    'Object stores: how often a request is tried in all, with growing pauses of random length, before it has failed.',
    3,
    1,
    10,
  ),
  connectSeconds: seconds('s3: longest wait for a connection. With gcs it is a silence like any other.', 5, 0.1, 60),
  silenceSeconds: seconds('Object stores: a connection on which nothing comes for so long is given up.', 20, 0.1, 600),
  connections: count('Object stores: most connections of one process. Further requests wait.', 128, 1, 10_000),
  breakerFailures: count(
    'Object stores: after so many failures in a row (no answer, 5xx, slow down) nothing more is asked for a while, and requests fail at once. 0: never.',
    10,
    0,
    10_000,
  ),
  breakerSeconds: seconds(
    'Object stores: how long that is. Then one request is let through; it decides whether the others follow.',
    10,
    0.1,
    600,
  ),
});

/** The options of object stores, none of which a disk uses. */
const ofObjectStores = ['bucket', 'prefix', 'endpoint', 'accessKeyId', 'secretAccessKey', 'serviceAccountKey'] as const;

/** How long Google keeps an upload that is not finished, in hours. */
const sessionHours = 168;

/** What only the other object store would use. */
const foreign = { disk: [], s3: ['serviceAccountKey'], gcs: ['accessKeyId', 'secretAccessKey'] } as const;

/** Parts as keys have them, so that no prefix reaches out of its place or looks like the adapters' own keys. */
const plainPrefix = /^([A-Za-z0-9_][A-Za-z0-9._-]*\/)*$/;

export const storageRules: readonly Rule<{
  readonly storage: { readonly kind: 'disk' | 's3' | 'gcs' } & Readonly<
    Record<(typeof ofObjectStores)[number], string>
  >;
  readonly uploads: { readonly expiresAfterHours: number };
}>[] = [
  ({ storage: { kind, bucket } }) =>
    kind !== 'disk' && bucket === ''
      ? {
          option: 'storage.bucket',
          message: `storage.kind is ${kind}, which needs a bucket. Set storage.bucket (DRAMABOX_STORAGE_BUCKET)`,
        }
      : undefined,
  ({ storage: options }) => {
    const unused = ofObjectStores.find((name) => options[name] !== '');
    return options.kind === 'disk' && unused
      ? {
          option: 'storage.kind',
          message: `storage.${unused} is set, but nothing would use it. Set storage.kind to an object store, or leave storage.${unused} empty`,
        }
      : undefined;
  },
  ({ storage: options }) => {
    const unused = foreign[options.kind].find((name) => options[name] !== '');
    return unused
      ? {
          option: `storage.${unused}`,
          message: `must be empty: storage.kind is ${options.kind}, which has no use for it`,
        }
      : undefined;
  },
  ({ storage: { kind }, uploads: { expiresAfterHours } }) =>
    kind === 'gcs' && expiresAfterHours > sessionHours
      ? {
          option: 'uploads.expiresAfterHours',
          message: `must be ${sessionHours} at most with storage.kind gcs: Google forgets unfinished uploads after a week`,
        }
      : undefined,
  ({ storage: { accessKeyId, secretAccessKey } }) =>
    (accessKeyId === '') === (secretAccessKey === '')
      ? undefined
      : {
          option: accessKeyId === '' ? 'storage.accessKeyId' : 'storage.secretAccessKey',
          message:
            'must be set, for the other half of the credentials is. Leave both empty to use what the SDK finds by itself',
        },
  ({ storage: { prefix } }) =>
    plainPrefix.test(prefix) && prefix.length <= 200
      ? undefined
      : {
          option: 'storage.prefix',
          message:
            'must be empty or end in a slash; letters, digits, ".", "_" and "-" between slashes, no dot in front, at most 200 characters',
        },
  ({ storage: { endpoint } }) => {
    const url = URL.parse(endpoint);
    if (endpoint === '') return undefined;
    if (!url || !/^https?:$/.test(url.protocol))
      return { option: 'storage.endpoint', message: 'must be a URL that begins with https:// or http://' };
    return url.username !== '' || url.password !== '' || /[?#]/.test(endpoint)
      ? { option: 'storage.endpoint', message: 'must end with its host or a path: no user name, ? or #' }
      : undefined;
  },
];
