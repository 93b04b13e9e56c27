import t from 'tap';
import { MemoryStorage } from './memory-storage.ts';
import { listingContract } from './storage-contract.ts';

listingContract(t, () => Promise.resolve(new MemoryStorage()));
