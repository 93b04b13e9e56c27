import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { ownFolder, type S3Bucket } from './s3-bucket.ts';

/** How long an answer is waited for, in milliseconds. */
const patienceMs = 10_000;

/** Whether somebody without any credentials is given what is behind an address. */
async function isOpen(signed: string, query: string): Promise<boolean> {
  const url = new URL(signed);
  url.search = query;
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(patienceMs) });
  await answer.body?.cancel();
  return answer.ok;
}

/** What strangers can do with the bucket, in sentences: nothing, one hopes. */
export async function findOpenBucket(bucket: S3Bucket): Promise<readonly string[]> {
  const { client, options } = bucket;
  const key = `${ownFolder}check`;
  await bucket.put(key, Buffer.alloc(16));
  const object = await getSignedUrl(client, new GetObjectCommand(bucket.at(key)), { expiresIn: 60 });
  const listing = await getSignedUrl(client, new ListObjectsV2Command({ Bucket: options.bucket }), { expiresIn: 60 });
  const found: string[] = [];
  if (await isOpen(object, ''))
    found.push(
      `Anybody can read the bucket ${options.bucket}: every source and every title, without an account. Take its public policy or ACL away, and block public access.`,
    );
  if (await isOpen(listing, 'list-type=2&max-keys=1'))
    found.push(
      `Anybody can list the bucket ${options.bucket}. Take its public policy or ACL away, and block public access.`,
    );
  return found;
}
