import path from 'node:path';
import t from 'tap';
import { DiskStorage } from '../storage/disk.ts';
import { LinklessStorage } from './linkless-storage.ts';
import { storageContract } from './storage-contract.ts';

storageContract(t, async (t) => new LinklessStorage(new DiskStorage({ path: path.join(t.testdir(), 'a', 'storage') })));
