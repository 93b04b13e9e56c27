import { choice, group, secret, type Rule } from '../option.ts';

export const keys = group('Where the keys are that sign playback addresses and access tokens.', {
  kind: choice('file (<dataDir>/keys, one machine) or database (all processes; encrypted under keys.secret).', [
    'file',
    'database',
  ]),
  secret: secret(
    'Locks the keys in the database; 32 characters or more, made by a machine (openssl rand -base64 32), the same for all processes. Without it the keys are lost, and everybody has to sign in again.',
  ),
});

const fewestCharacters = 32;

export const keysRules: readonly Rule<{
  readonly keys: { readonly kind: 'file' | 'database'; readonly secret: string };
}>[] = [
  ({ keys: { kind, secret: given } }) =>
    kind === 'database' && given.length < fewestCharacters
      ? {
          option: 'keys.secret',
          message: `keys.kind is database, which needs a secret of ${fewestCharacters} characters or more. Set keys.secret (DRAMABOX_KEYS_SECRET, or DRAMABOX_KEYS_SECRET_FILE to a file that holds it)`,
        }
      : undefined,
  ({ keys: { kind, secret: given } }) =>
    kind !== 'database' && given !== ''
      ? {
          option: 'keys.kind',
          message:
            'keys.secret is set, but nothing would use it. Set keys.kind to database, or leave keys.secret empty',
        }
      : undefined,
];
