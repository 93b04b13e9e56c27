import { ListPartsCommand, type ListPartsCommandOutput } from '@aws-sdk/client-s3';
import { plainEtag, type S3Bucket } from './s3-bucket.ts';

/** How servers say that a multipart upload was finished or given up: Ceph also so, in the moment that it happens. */
export const noUpload = ['NoSuchUpload', 'NoSuchKey'] as const;

/** A part that the server has. */
export interface Part {
  readonly number: number;
  readonly bytes: number;
  readonly etag: string;
}

/** The parts behind number `after`, in order; undefined when there is no such multipart upload. */
export async function listParts(
  bucket: S3Bucket,
  key: string,
  multipart: string,
  after: number,
): Promise<readonly Part[] | undefined> {
  const parts: Part[] = [];
  for (let marker: string | undefined = String(after); marker !== undefined;) {
    const asked: string = marker;
    const page: ListPartsCommandOutput | undefined = await bucket.send(
      `list the parts of ${key}`,
      (client) =>
        client.send(new ListPartsCommand({ ...bucket.at(key), UploadId: multipart, PartNumberMarker: asked })),
      noUpload,
    );
    if (!page) return undefined;
    for (const { PartNumber = 0, Size = 0, ETag } of page.Parts ?? [])
      if (PartNumber > after) parts.push({ number: PartNumber, bytes: Size, etag: plainEtag(ETag) });
    marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
  }
  return parts.sort((a, b) => a.number - b.number);
}

/**
 * Those that belong to what was received: without a gap behind number `after`, and of the whole size. A shorter one is
 * the tail that a `finish` sent before it was interrupted, which the state still holds.
 */
export function wholeParts(parts: readonly Part[], after: number, partBytes: number): readonly Part[] {
  const firstOther = parts.findIndex(({ number, bytes }, index) => number !== after + index + 1 || bytes !== partBytes);
  return firstOther < 0 ? parts : parts.slice(0, firstOther);
}
