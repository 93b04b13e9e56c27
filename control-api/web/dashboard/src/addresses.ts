import { addressesOf } from '../../kit/addresses.ts';

/** Where the app is. */
export const addresses = addressesOf(import.meta.url, '/dashboard', location.pathname);
