import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { emailOf } from './person.ts';
import { ProviderRefused, type AppleEvent, type AppleNotices } from './port.ts';
import { verifySigned, type TokenIssuer } from './signed-tokens.ts';

/** The text in the claim `events`, as JSON. */
const event = Type.Object({
  type: Type.String({ maxLength: 64 }),
  sub: Type.String({ minLength: 1, maxLength: 255 }),
  event_time: Type.Number({ minimum: 1 }),
  email: Type.Optional(Type.Unknown()),
});

/** Apple's documents have said both of the first two. */
const kinds: Readonly<Record<string, AppleEvent['kind']>> = {
  'account-delete': 'account-deleted',
  'account-deleted': 'account-deleted',
  'consent-revoked': 'consent-revoked',
  'email-enabled': 'email-enabled',
  'email-disabled': 'email-disabled',
};

/** Times up to the year 5138 in seconds are less than this, times since 1973 in milliseconds are more. */
const leastMilliseconds = 100_000_000_000;

/**
 * Notices that Apple's server posts, signed like its ID tokens.
 * https://developer.apple.com/documentation/signinwithapple/processing-changes-for-sign-in-with-apple-accounts
 */
export function appleNotices(issuer: TokenIssuer, audiences: readonly string[]): AppleNotices {
  return {
    async read(payload) {
      const { jti, events } = await verifySigned(payload, issuer, audiences);
      const said = parse(events);
      if (typeof jti !== 'string' || jti === '' || jti.length > 255 || !Value.Check(event, said))
        throw new ProviderRefused('apple', 'claims');
      const kind = kinds[said.type];
      if (kind === undefined) return undefined;
      // Its documents show seconds, its servers send milliseconds.
      const at = Math.round(said.event_time < leastMilliseconds ? said.event_time * 1000 : said.event_time);
      const told = { id: jti, subject: said.sub, at };
      return kind === 'email-enabled' || kind === 'email-disabled'
        ? { ...told, kind, email: emailOf(said.email) }
        : { ...told, kind };
    },
  };
}

function parse(events: unknown): unknown {
  if (typeof events !== 'string') return events;
  try {
    return JSON.parse(events);
  } catch {
    return undefined;
  }
}
