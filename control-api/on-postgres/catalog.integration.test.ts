import { runOnPostgres } from '../testing/on-postgres.ts';

await runOnPostgres([
  'control-api/catalog/bulk/edits/edits.test.ts',
  'control-api/catalog/bulk/exchange/export.test.ts',
  'control-api/catalog/bulk/exchange/import.test.ts',
  'control-api/catalog/bulk/exchange/round-trip.test.ts',
  'control-api/catalog/bulk/season/season.test.ts',
  'control-api/catalog/bulk/videos/videos.test.ts',
  'control-api/catalog/pictures/inherited.test.ts',
  'control-api/catalog/pictures/pictures.test.ts',
  'control-api/catalog/release/calendar.test.ts',
  'control-api/catalog/release/releasing.test.ts',
  'control-api/catalog/search/search.test.ts',
  'control-api/catalog/streaming/markers.test.ts',
  'control-api/catalog/streaming/streaming.test.ts',
  'control-api/catalog/subtitles/subtitles.test.ts',
  'control-api/catalog/subtitles/taking.test.ts',
  'control-api/catalog/titles/title-list.test.ts',
  'control-api/catalog/titles/titles.test.ts',
  'control-api/title-scope.test.ts',
]);
