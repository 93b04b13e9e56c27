import t from 'tap';
import { exceededLimit, fitsAt, largestFile, quotaProblem, type Quotas } from './quota.ts';
import { reservedBytes } from './reserved.ts';
import { loadConfig } from '../../config/load.ts';

const none: Quotas = { maxOpenPerAccount: 100, maxPerDay: 0, maxBytesPerDay: 0, maxStoredBytes: 0 };
const usage = { open: 2, begun: 3, begunBytes: 600, storedBytes: 5000 };
const hour = 3_600_000;

t.test('which limit one more upload exceeds', async (t) => {
  t.equal(exceededLimit(1e15, usage, none), undefined, '0 is no limit');
  for (const [quotas, bytes, exceeded] of [
    [{ maxOpenPerAccount: 3 }, 1, undefined],
    [{ maxOpenPerAccount: 2 }, 1, 'open'],
    [{ maxPerDay: 4 }, 1, undefined],
    [{ maxPerDay: 3 }, 1, 'begun'],
    [{ maxBytesPerDay: 1000 }, 400, undefined],
    [{ maxBytesPerDay: 1000 }, 401, 'begunBytes'],
    [{ maxStoredBytes: 5400 }, 400, undefined],
    [{ maxStoredBytes: 5400 }, 401, 'storedBytes'],
  ] as const)
    t.equal(exceededLimit(bytes, usage, { ...none, ...quotas }), exceeded, JSON.stringify([quotas, bytes]));
  const config = loadConfig().uploads;
  t.equal(largestFile(config), config.maxBytes, 'by default no quota is smaller');
  t.equal(largestFile({ ...config, maxBytesPerDay: 70, maxStoredBytes: 80 }), 70);
  for (const quotas of [none, { ...none, ...config }])
    t.equal(
      exceededLimit(64 * 2 ** 30, { open: 20, begun: 2000, begunBytes: 1e13, storedBytes: 1e14 }, quotas),
      undefined,
    );
});

t.test('when it fits', async (t) => {
  const now = 100 * hour;
  const begun = [
    { at: now - 20 * hour, bytes: 100 },
    { at: now - 10 * hour, bytes: 300 },
    { at: now - hour, bytes: 200 },
  ];
  const at = (bytes: number, quotas: Partial<Quotas>) =>
    (fitsAt(bytes, begun, { ...none, ...quotas }, now) - now) / hour;
  t.equal(at(1, {}), 0);
  t.equal(at(400, { maxBytesPerDay: 1000 }), 0);
  t.equal(at(401, { maxBytesPerDay: 1000 }), 4, 'when the oldest is a day old');
  t.equal(at(501, { maxBytesPerDay: 1000 }), 14);
  t.equal(at(1000, { maxBytesPerDay: 1000 }), 23);
  t.equal(at(1, { maxPerDay: 3 }), 4);
  t.equal(at(501, { maxPerDay: 3, maxBytesPerDay: 1000 }), 14, 'when it fits into both');

  const asked = { bytes: 501, usage, begun, now };
  const quotas = { ...none, maxPerDay: 3, maxBytesPerDay: 1000, maxStoredBytes: 5400 };
  const freesAt = new Date(now + 14 * hour).toISOString();
  t.match(quotaProblem('begunBytes', asked, quotas), {
    code: 'upload_bytes_of_day_used_up',
    status: 429,
    extras: { bytes: 501, leftBytes: 400, maxBytesPerDay: 1000, freesAt, retryAfterSeconds: 14 * 3600 },
  });
  t.match(quotaProblem('begun', asked, quotas), {
    code: 'too_many_uploads_of_day',
    extras: { maxPerDay: 3, retryAfterSeconds: 14 * 3600 },
  });
  t.match(quotaProblem('storedBytes', asked, quotas), {
    code: 'upload_storage_used_up',
    status: 413,
    extras: { bytes: 501, leftBytes: 400, maxStoredBytes: 5400 },
  });
});

t.test('room that is kept', async (t) => {
  const now = 100 * hour;
  const open = (ownerId: string, bytes: number, receivedBytes: number, quietMs = 0) => ({
    ownerId,
    bytes,
    receivedBytes,
    activeAt: now - quietMs,
  });
  const reserved = (...uploads: readonly ReturnType<typeof open>[]) =>
    reservedBytes(uploads, { by: 'me', now, reservedMs: hour });
  t.equal(reserved(), 0);
  t.equal(reserved(open('other', 1e15, 0)), 0, 'a declared length alone keeps nothing from others');
  t.equal(reserved(open('other', 1000, 100)), 100, 'as much again as came');
  t.equal(reserved(open('other', 1000, 800)), 200, 'never more than may still come');
  t.equal(reserved(open('other', 1000, 400, hour)), 0, 'nothing for what stands still');
  t.equal(reserved(open('me', 1000, 100)), 900, 'against its own account the whole declared length');
  t.equal(reserved(open('me', 1000, 100, hour)), 0);
  t.equal(reserved(open('me', 100, 0), open('other', 10, 9), open('other', 10, 3)), 104);
});
