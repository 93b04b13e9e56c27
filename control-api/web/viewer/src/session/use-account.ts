import { useOutletContext } from 'react-router';
import type { Account } from '../../../kit/api/types.ts';

/** Who is signed in, for pages that nobody else sees (`SignedIn`). */
export const useAccount = () => useOutletContext<Account>();
