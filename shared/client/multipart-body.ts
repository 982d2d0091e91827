/** A form as bytes: for files that are no Blob, and for React Native, whose own forms take files by address alone. */

/** The body, and the content type that names its boundary. */
export interface MultipartBody {
  body: Uint8Array<ArrayBuffer>;
  contentType: string;
}

/** Fields first, then the file, as the storage wants it: what comes behind `file` it ignores. */
export function toMultipart(fields: Record<string, string>, file: Uint8Array<ArrayBuffer>): MultipartBody {
  const boundary = `cubby-${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`;
  const part = (disposition: string) => `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`;
  const named = Object.entries(fields).map(([name, value]) => `${part(`name="${name}"`)}${value}\r\n`);
  const before = new TextEncoder().encode(`${named.join("")}${part('name="file"; filename="file"')}`);
  const after = new TextEncoder().encode(`\r\n--${boundary}--\r\n`);
  const body = new Uint8Array(before.length + file.length + after.length);
  body.set(before);
  body.set(file, before.length);
  body.set(after, before.length + file.length);
  return { body, contentType: `multipart/form-data; boundary=${boundary}` };
}
