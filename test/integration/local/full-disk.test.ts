import { statfs, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { clientOf, newSession, problemOf } from "../../support/acceptance.ts";
import { makeDataDirectory, startTestHost } from "../../support/local-host.ts";
import { canMount, mountSmallDisk } from "../../support/small-disk.ts";

test.skipIf(!canMount)(
  "a host whose disk is full says so, lives on, and goes on when there is room again",
  async () => {
    const dataDirectory = await makeDataDirectory();
    {
      await using _ = await mountSmallDisk(dataDirectory, { bytes: 40e6 });
      const host = await startTestHost({ dataDirectory });
      const client = await clientOf(host, "ana");
      const session_id = await newSession(client);
      await client.uploadFiles(session_id, [{ name: "before.csv", content: "n\n1\n" }]);
      const { bavail, bsize } = await statfs(dataDirectory);
      await writeFile(join(dataDirectory, "ballast"), Buffer.alloc(bavail * bsize)).catch(() => {});

      const body = Buffer.alloc(2e6, "x");
      const put = () => client.call("putFile", { params: { session_id, path: "workspace/large.bin" }, body });
      expect(await problemOf(put())).toMatchObject({ status: 503, code: "unavailable" });
      const csv = [{ name: "after.csv", content: "n\n1\n2\n" }];
      expect(await problemOf(client.uploadFiles(session_id, csv))).toMatchObject({ status: 503, code: "unavailable" });

      await rm(join(dataDirectory, "ballast"));
      expect(await put()).toMatchObject({ file: { size_bytes: 2e6 } });
      expect(await client.uploadFiles(session_id, csv)).toMatchObject({ tables: ["after", "before"] });
      await host.close();
    }
    await rm(dataDirectory, { recursive: true });
  },
);
