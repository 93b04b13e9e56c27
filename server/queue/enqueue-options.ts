import { lastPriority, type EnqueueOptions } from './port.ts';

/**
 * How a job is added, with the defaults of the port.
 * @throws RangeError for options that no queue can keep to
 */
export function checkedOptions(
  options: EnqueueOptions,
): Required<Omit<EnqueueOptions, 'dedupeKey'>> & Pick<EnqueueOptions, 'dedupeKey'> {
  const { dedupeKey, group = '', priority = 100, delayMs = 0, maxAttempts = 3 } = options;
  if (!(Number.isInteger(priority) && priority >= 0 && priority <= lastPriority))
    throw new RangeError(`A priority is a whole number from 0 to ${lastPriority}`);
  if (!(delayMs >= 0)) throw new RangeError('A delay is not negative');
  if (!(Number.isInteger(maxAttempts) && maxAttempts > 0)) throw new RangeError('A job is tried at least once');
  if (dedupeKey === '') throw new RangeError('A key is not empty');
  return { ...(dedupeKey !== undefined && { dedupeKey }), group, priority, delayMs: Math.ceil(delayMs), maxAttempts };
}
