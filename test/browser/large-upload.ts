import type { Page } from "playwright-core";
import type { Host } from "../../cdk/local/host.ts";

export const MIB = 1024 * 1024;

/** Chooses a file of this size that the page makes itself: no test carries 200 MB through a pipe. */
export async function chooseLarge(page: Page, name: string, size: number): Promise<void> {
  await page.evaluate(
    ([fileName, bytes]) => {
      const parts = Array.from({ length: Math.ceil(bytes / 1_048_576) }, (_, index) => {
        return new Uint8Array(Math.min(1_048_576, bytes - index * 1_048_576)).fill(index % 251);
      });
      const files = new DataTransfer();
      files.items.add(new File(parts, fileName));
      const input = document.querySelector<HTMLInputElement>('input[aria-label="Files to upload"]');
      if (input === null) throw new Error("There is no field for files");
      input.files = files.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    },
    [name, size] as const,
  );
}

/** Holds back what goes to the storage after some parts, as a network does that becomes slow. */
export async function holdParts(page: Page, host: Host, parts: number) {
  let count = 0;
  await page.route(`${host.endpoints.s3}/**`, (route) => {
    if (route.request().method() !== "PUT" || ++count <= parts) return route.continue();
    return undefined; // never answered
  });
  return { sent: () => count, release: () => page.unrouteAll({ behavior: "ignoreErrors" }) };
}

/** Counts the parts that a page sends from now on. */
export function countParts(page: Page, host: Host): () => number {
  let count = 0;
  page.on("request", (request) => {
    if (request.method() === "PUT" && request.url().startsWith(host.endpoints.s3)) count++;
  });
  return () => count;
}
