import type { Config } from '../config/schema.ts';
import { publicBase } from '../server/kit/public-address.ts';

/** What addresses of ours begin with that others are told: never what a request calls us, or anybody could have a link lead to himself. */
export function linkBase({ publicUrl, host, port }: Config['server']): string {
  return publicUrl === ''
    ? `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${port}`
    : publicBase(publicUrl);
}
