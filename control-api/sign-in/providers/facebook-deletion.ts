import { createHmac } from 'node:crypto';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { isSameSecret } from '../../../server/kit/secrets.ts';
import type { FacebookDeletions } from './port.ts';
import { ProviderRefused } from './port.ts';

const claimsSchema = Type.Object({
  algorithm: Type.Literal('HMAC-SHA256'),
  /** The person, as our app knows them. */
  user_id: Type.String({ minLength: 1, maxLength: 255 }),
  issued_at: Type.Integer({ minimum: 0, maximum: 1e11 }),
});

/**
 * Requests of Facebook's server to delete what came from there, signed with the secret of our app.
 * https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback
 */
export function facebookDeletions(appSecret: string): FacebookDeletions {
  return {
    read(signedRequest) {
      const [signature = '', payload = '', ...rest] = signedRequest.split('.');
      const expected = createHmac('sha256', appSecret).update(payload).digest('base64url');
      // Some encoders leave the padding.
      if (rest.length > 0 || !isSameSecret(expected, signature.replace(/=+$/, '')))
        throw new ProviderRefused('facebook', 'signature');
      const claims = claimsIn(payload);
      if (!Value.Check(claimsSchema, claims)) throw new ProviderRefused('facebook', 'claims');
      return { subject: claims.user_id, at: claims.issued_at * 1000 };
    },
  };
}

function claimsIn(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    throw new ProviderRefused('facebook', 'malformed');
  }
}
