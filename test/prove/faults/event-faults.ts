/** The queue's messages and the bucket's events: at least once, they say, and in any order. */
import type { Fault, FaultScene } from "./fault.ts";
import { deeds } from "../sequences/deeds.ts";
import { principals } from "../sequences/play.ts";
import { contentOf } from "../sequences/file-deeds.ts";
import { beginForm, postForm, sha256Of } from "../../support/direct-upload.ts";

const FILES = 4;

/** Uploads that nobody completes but the bucket's event, and conversions that nobody waits for. */
function messages(what: string, disturb: (scene: FaultScene) => void): Fault {
  return {
    name: `messages ${what}`,
    tried: "direct uploads, completed by the bucket's event alone, and their conversions",
    async strike(scene) {
      const { world, told, journal } = scene;
      const client = world.main.client(principals.ana);
      const create = { platform: "web", thread: null, reuse: false, idle: undefined };
      const { session_id } = (await deeds.create.act({ client, who: "ana", sessionId: "" }, create)) as {
        session_id: string;
      };
      told.begun(session_id);
      for (let file = 0; file < FILES; file++) {
        const path = `uploads/${["a", "b"][file % 2]}.csv`;
        const content = contentOf(path, file);
        told.mayCome(session_id, path, sha256Of(content));
        const { post } = await beginForm(client, session_id, path, content, { sha256: sha256Of(content) });
        const { status } = await postForm(post, content);
        journal.tally(status === 201 ? "as ever" : `${status} of the storage`);
        disturb(scene);
        journal.struck++;
        if (file === FILES / 2 - 1) await world.deliver();
      }
      await world.deliver();
    },
  };
}

export const eventFaults: Fault[] = [
  messages("come twice", ({ world }) => void world.queue.push(...world.queue)),
  messages("come in another order", ({ world, draw }) => void world.queue.sort(() => draw() - 0.5)),
  messages("are lost", ({ world }) => void world.queue.splice(0)),
];
