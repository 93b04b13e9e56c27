import { i18n } from '../messages/i18n.ts';
import { browserNames, systemNames, type DeviceKind } from './user-agent-names.ts';

/** What is known of a device by what it calls itself; what is not, is undefined. */
export interface DeviceFacts {
  readonly browser: string | undefined;
  readonly system: string | undefined;
  readonly kind: DeviceKind | undefined;
}

/**
 * Reads a `User-Agent`. Browsers tell less and less in it, and anybody can write anything there: it is good for people
 * to know their own devices again, and for nothing else.
 */
export function deviceOf(userAgent: string | null): DeviceFacts {
  const [, browser] = browserNames.find(([pattern]) => pattern.test(userAgent ?? '')) ?? [];
  const [, system, kind] = systemNames.find(([pattern]) => pattern.test(userAgent ?? '')) ?? [];
  return { browser, system, kind };
}

/** A device in words, in the language of the page: `Chrome on Windows`. */
export function deviceWords(userAgent: string | null): string {
  const t = i18n.getFixedT(null, 'kit');
  const { browser, system } = deviceOf(userAgent);
  if (browser !== undefined && system !== undefined) return t('devices.browserOn', { browser, system });
  return browser ?? system ?? t('devices.unknown');
}
