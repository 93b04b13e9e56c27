import t from 'tap';
import { decideEntitlement, type Allowance, type EntitlementQuestion, type Grant } from './entitlement.ts';

const now = Date.UTC(2026, 0, 1);
const standard: Allowance = { streams: 2, topRung: 720 };
const viewer = { id: 'account_1', role: 'viewer' } as const;
const guest = { id: 'account_4', role: 'guest' } as const;
const profile = { id: 'profile_1', maturityLimit: null };
const title = { id: 'title_1', isFree: false, topRung: undefined };
const asset = { id: 'asset_1', state: 'ready', versionId: 'version_1' } as const;
const grant = (given: Partial<Grant>): Grant => ({ streams: 1, topRung: 234, until: undefined, ...given });
const given = { granted: true, reason: 'signed_in', streams: 2, topRung: 720 };
const notPlayable = (assetState: string) => ({
  granted: false,
  reason: 'asset_not_playable',
  parameters: { assetState },
});

const table: readonly (readonly [
  name: string,
  question: Partial<EntitlementQuestion>,
  expected: object,
  standard?: Allowance,
])[] = [
  ['a viewer', {}, given],
  ['a content manager', { account: { id: 'account_2', role: 'content_manager' } }, { ...given, reason: 'staff' }],
  ['a super admin', { account: { id: 'account_3', role: 'super_admin' } }, { ...given, reason: 'staff' }],
  ['nobody', { account: undefined }, { granted: false, reason: 'not_signed_in', parameters: {} }],
  [
    'nobody, of what cannot be played either',
    { account: undefined, asset: { ...asset, state: 'failed' } },
    { granted: false, reason: 'not_signed_in', parameters: {} },
  ],
  ['a title that still grows', { asset: { ...asset, state: 'playable' } }, given],
  ['one that is processed', { asset: { ...asset, state: 'processing' } }, notPlayable('processing')],
  ['one that failed', { asset: { ...asset, state: 'failed' } }, notPlayable('failed')],
  ['one that was cancelled', { asset: { ...asset, state: 'cancelled' } }, notPlayable('cancelled')],
  ['one that is deleted', { asset: { ...asset, state: 'deleted' } }, notPlayable('deleted')],
  ['one without a version', { asset: { ...asset, versionId: undefined } }, notPlayable('ready')],
  [
    'staff, of what cannot be played',
    { account: { id: 'account_3', role: 'super_admin' }, asset: { ...asset, state: 'processing' } },
    notPlayable('processing'),
  ],
  [
    'nobody has chosen a profile',
    { profile: undefined },
    { granted: false, reason: 'profile_not_chosen', parameters: {} },
  ],
  [
    'staff without a profile',
    { profile: undefined, account: { id: 'account_2', role: 'content_manager' } },
    { ...given, reason: 'staff' },
  ],
  ['a profile with a limit and a region', { profile: { id: 'profile_2', maturityLimit: 6 }, region: 'DE' }, given],
  ['a guest', { account: guest }, { granted: false, reason: 'sign_up_needed', parameters: {} }],
  ['a guest, of what is free', { account: guest, title: { ...title, isFree: true } }, given],
  ['a title with a best picture of its own', { title: { ...title, topRung: 480 } }, { ...given, topRung: 480 }],
  ['of a better one than is allowed', { title: { ...title, topRung: 2160 } }, given],
  [
    'which a grant does not change',
    { title: { ...title, topRung: 480 }, grants: [grant({ topRung: 1080 })] },
    { ...given, reason: 'grant', topRung: 480 },
  ],
  [
    'and which staff look beyond',
    { title: { ...title, topRung: 480 }, account: { id: 'account_2', role: 'content_manager' } },
    { ...given, reason: 'staff' },
  ],
  ['no limits', {}, { ...given, streams: 0, topRung: undefined }, { streams: 0, topRung: undefined }],
  ['a grant never narrows', { grants: [grant({})] }, { ...given, reason: 'grant' }],
  [
    'of several the widest of each kind',
    { grants: [grant({ streams: 4 }), grant({ topRung: 1080 })] },
    { granted: true, reason: 'grant', streams: 4, topRung: 1080 },
  ],
  [
    'no limit is the widest',
    { grants: [grant({ streams: 0, topRung: undefined }), grant({ streams: 9, topRung: 2160 })] },
    { granted: true, reason: 'grant', streams: 0, topRung: undefined },
  ],
  [
    'a grant cannot limit what is unlimited',
    { grants: [grant({ streams: 9, topRung: 2160 })] },
    { granted: true, reason: 'grant', streams: 0, topRung: undefined },
    { streams: 0, topRung: undefined },
  ],
  ['one that ends now counts no more', { grants: [grant({ topRung: 1080, until: now })] }, given],
  [
    'one that ends in a millisecond counts',
    { grants: [grant({ topRung: 1080, until: now + 1 })] },
    { granted: true, reason: 'grant', streams: 2, topRung: 1080 },
  ],
];

for (const [name, question, expected, allowance = standard] of table)
  t.test(name, async (t) => {
    t.strictSame(
      decideEntitlement({ account: viewer, profile, title, asset, grants: [], now, ...question }, allowance),
      expected,
    );
  });
