import type { Migration } from 'kysely/migration';
import * as accounts from './2026-11-25-01-accounts.ts';
import * as signIn from './2026-11-25-02-sign-in.ts';
import * as uploads from './2026-11-25-03-uploads.ts';
import * as assets from './2026-11-25-04-assets.ts';
import * as jobs from './2026-11-25-05-jobs.ts';
import * as outbox from './2026-11-25-06-outbox.ts';
import * as audit from './2026-11-25-07-audit.ts';
import * as idempotency from './2026-11-25-08-idempotency.ts';
import * as apiKeys from './2026-11-25-09-api-keys.ts';
import * as warnings from './2026-11-29-01-warnings.ts';
import * as jobGroups from './2026-11-29-04-job-groups.ts';
import * as leastOfWarnings from './2026-11-29-06-least-of-warnings.ts';
import * as stills from './2026-11-29-02-stills.ts';
import * as assetLists from './2026-11-29-03-asset-lists.ts';
import * as uploadQuotas from './2026-11-29-05-upload-quotas.ts';
import * as renditionChannels from './2026-11-29-07-rendition-channels.ts';
import * as waitingForRoom from './2026-11-29-08-waiting-for-room.ts';
import * as signingKeys from './2026-11-29-20-signing-keys.ts';
import * as collectionMarks from './2026-11-29-21-collection-marks.ts';
import * as fetchedSources from './2026-11-29-22-fetched-sources.ts';
import * as lookUps from './2026-11-29-23-look-ups.ts';
import * as accountsWithoutAddress from './2026-11-30-01-accounts-without-address.ts';
import * as signIns from './2026-11-30-02-sign-ins.ts';
import * as challenges from './2026-11-30-03-challenges.ts';
import * as counters from './2026-11-30-04-counters.ts';
import * as waysIn from './2026-11-30-05-ways-in.ts';
import * as mailConsumers from './2026-11-30-06-mail-consumers.ts';
import * as auditChain from './2026-11-30-10-audit-chain.ts';
import * as profiles from './2026-11-30-20-profiles.ts';
import * as consents from './2026-11-30-21-consents.ts';
import * as accountSearch from './2026-11-30-30-account-search.ts';
import * as invitations from './2026-11-30-31-invitations.ts';
import * as mailboxAddresses from './2026-11-30-40-mailbox-addresses.ts';
import * as personalData from './2026-11-30-41-personal-data.ts';
import * as titles from './2026-11-30-50-titles.ts';
import * as terms from './2026-11-30-51-terms.ts';
import * as pictures from './2026-11-30-52-pictures.ts';
import * as search from './2026-11-30-55-search.ts';
import * as titleUploads from './2026-11-30-56-title-uploads.ts';
import * as staffScopes from './2026-11-30-60-staff-scopes.ts';
import * as subtitles from './2026-11-30-53-subtitles.ts';
import * as publishedCues from './2026-11-30-65-published-cues.ts';
import * as textExtractions from './2026-11-30-64-text-extractions.ts';
import * as streaming from './2026-11-30-62-streaming.ts';
import * as markers from './2026-11-30-63-markers.ts';

/**
 * Every migration, by the name under which it is recorded: date, a number within the day, feature. They are applied in
 * the order of their names. Listed by hand: a file that merely lies in the folder is not run, and a bundled or moved
 * checkout still knows all of them. A released migration is never edited.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  '2026-11-25-01-accounts': accounts,
  '2026-11-25-02-sign-in': signIn,
  '2026-11-25-03-uploads': uploads,
  '2026-11-25-04-assets': assets,
  '2026-11-25-05-jobs': jobs,
  '2026-11-25-06-outbox': outbox,
  '2026-11-25-07-audit': audit,
  '2026-11-25-08-idempotency': idempotency,
  '2026-11-25-09-api-keys': apiKeys,
  '2026-11-29-01-warnings': warnings,
  '2026-11-29-02-stills': stills,
  '2026-11-29-03-asset-lists': assetLists,
  '2026-11-29-04-job-groups': jobGroups,
  '2026-11-29-05-upload-quotas': uploadQuotas,
  '2026-11-29-06-least-of-warnings': leastOfWarnings,
  '2026-11-29-07-rendition-channels': renditionChannels,
  '2026-11-29-08-waiting-for-room': waitingForRoom,
  '2026-11-29-20-signing-keys': signingKeys,
  '2026-11-29-21-collection-marks': collectionMarks,
  '2026-11-29-22-fetched-sources': fetchedSources,
  '2026-11-29-23-look-ups': lookUps,
  '2026-11-30-01-accounts-without-address': accountsWithoutAddress,
  '2026-11-30-02-sign-ins': signIns,
  '2026-11-30-03-challenges': challenges,
  '2026-11-30-04-counters': counters,
  '2026-11-30-05-ways-in': waysIn,
  '2026-11-30-06-mail-consumers': mailConsumers,
  '2026-11-30-10-audit-chain': auditChain,
  '2026-11-30-20-profiles': profiles,
  '2026-11-30-21-consents': consents,
  '2026-11-30-30-account-search': accountSearch,
  '2026-11-30-31-invitations': invitations,
  '2026-11-30-40-mailbox-addresses': mailboxAddresses,
  '2026-11-30-41-personal-data': personalData,
  '2026-11-30-50-titles': titles,
  '2026-11-30-51-terms': terms,
  '2026-11-30-52-pictures': pictures,
  '2026-11-30-55-search': search,
  '2026-11-30-56-title-uploads': titleUploads,
  '2026-11-30-53-subtitles': subtitles,
  '2026-11-30-60-staff-scopes': staffScopes,
  '2026-11-30-64-text-extractions': textExtractions,
  '2026-11-30-65-published-cues': publishedCues,
  '2026-11-30-62-streaming': streaming,
  '2026-11-30-63-markers': markers,
};
