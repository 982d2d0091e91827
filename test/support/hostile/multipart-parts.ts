export const multipartType = "multipart/form-data; boundary=xyz";

/** One part as it stands on the wire, its leading delimiter included. */
export function part(headers: string, content: string): string {
  return `--xyz\r\n${headers}\r\n\r\n${content}\r\n`;
}

export function filePart(name: string, content: string): string {
  return part(`Content-Disposition: form-data; name="f"; filename="${name}"\r\nContent-Type: text/csv`, content);
}

export function fieldPart(name: string, content: string): string {
  return part(`Content-Disposition: form-data; name="${name}"`, content);
}

export const endPart = "--xyz--\r\n";
