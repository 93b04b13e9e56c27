import { invalid } from './failures.ts';

/**
 * Takes a `multipart/related` body of two parts apart: JSON that describes the object, and its bytes (RFC 2387).
 * @throws ApiFailure 400
 */
export function readMultipart(contentType: string, body: Buffer): { metadata: object; type: string; content: Buffer } {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (!contentType.startsWith('multipart/related') || boundary === undefined)
    throw invalid('Missing or malformed multipart boundary.');
  const parts: Buffer[] = [];
  const mark = Buffer.from(`--${boundary}`);
  let start = body.indexOf(mark);
  while (start >= 0) {
    const from = start + mark.length;
    if (body.subarray(from, from + 2).toString() === '--') break;
    // The line break in front of a boundary belongs to the boundary.
    const next = body.indexOf(Buffer.from(`\r\n--${boundary}`), from);
    if (next < 0) throw invalid('Multipart body is cut off.');
    parts.push(body.subarray(from + 2, next));
    start = next + 2;
  }
  if (parts.length !== 2) throw invalid('Multipart must have exactly two parts.');
  const [described, media] = parts.map((part) => {
    const end = part.indexOf('\r\n\r\n');
    const headers = part.subarray(0, end).toString();
    return { type: /^content-type:\s*(.+)$/im.exec(headers)?.[1]?.trim() ?? '', content: part.subarray(end + 4) };
  }) as [{ type: string; content: Buffer }, { type: string; content: Buffer }];
  try {
    return { metadata: JSON.parse(described.content.toString() || '{}') as object, ...media };
  } catch {
    throw invalid('Parse Error');
  }
}
