import { count, group, seconds } from '../option.ts';

export const collection = group('What is removed, and when.', {
  intervalSeconds: seconds('How often to look.', 300, 1, 86_400),
  replacedAfterSeconds: seconds(
    'How long a replaced version is kept for players that are still on it; less than playback.tokenSeconds cuts off some.',
    24 * 3600,
    0,
  ),
  auditDays: count(
    'Age in whole days at which records of the audit log, with the addresses in them, are removed, from the beginning of its chain on; 0: never.',
    730,
    0,
    36_500,
  ),
  scratchAfterSeconds: seconds('Age at which work files nobody owns are removed.', 24 * 3600, 1),
});
