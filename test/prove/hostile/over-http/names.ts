import { impossibleNames, nastyNames } from "../../../support/nasty-names.ts";
import { hostileNames, refusedNames } from "../../../support/hostile/name-cases.ts";
import { type Answered, faultOf } from "./answered.ts";
import type { Part } from "./part.ts";
import { type HttpStage, sha256Of, type Visitor } from "./stage.ts";

const FOLDER = "outputs/bulk";
const BYTES_TYPE = { "content-type": "application/octet-stream" };
const JSON_TYPE = { "content-type": "application/json" };

/** Names by each way in: kept as they are, or refused with the reason; never another file's. */
export const names: Part = {
  name: "names",
  async prove(stage, { tell, find }) {
    const kept = [...nastyNames, ...hostileNames];
    const refused = [...impossibleNames, ...refusedNames];
    for (const [way, send] of Object.entries(ways)) {
      const visitor = await stage.visitor();
      let wrong = 0;
      const note = (name: string, fault: string | undefined) => {
        if (fault === undefined) return;
        wrong++;
        find(`names by ${way}, ${JSON.stringify(name)}: expected ${fault}`);
      };
      for (const name of kept) note(name, await keeps(stage, visitor, name, send));
      for (const [name, says] of refused) {
        // Of a form's name the last part counts, and a control character is none of a header.
        if (way === "form" && says.includes("separator")) continue;
        note(name, refuses(await send(stage, visitor, name), way === "form" ? "" : says));
      }
      tell(
        `names by ${way}: ${kept.length + refused.length} named cases, ${wrong} wrong`,
        kept.length + refused.length,
      );
    }
  },
};

/** The first answer that says what becomes of the name. */
type Send = (stage: HttpStage, visitor: Visitor, name: string) => Promise<Answered>;

const ways: Record<string, Send> = {
  form(stage, visitor, name) {
    // By hand: FormData would tidy the name up.
    const quoted = name.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
    const head = `--xyz\r\nContent-Disposition: form-data; name="f"; filename="${quoted}"\r\n\r\n`;
    const headers = { "content-type": "multipart/form-data; boundary=xyz" };
    const body = Buffer.from(`${head}${contentOf(name)}\r\n--xyz--\r\n`);
    return stage.send(visitor, `/files?folder=${FOLDER}`, { method: "POST", headers, body });
  },
  put(stage, visitor, name) {
    const path = `/files/${FOLDER}?name=${encodeURIComponent(name)}`;
    // A text would be sent as one, and not every text is kept byte for byte under its type.
    return stage.send(visitor, path, { method: "PUT", headers: BYTES_TYPE, body: Buffer.from(contentOf(name)) });
  },
  async "direct upload"(stage, visitor, name) {
    const content = Buffer.from(contentOf(name));
    const order = { path: `${FOLDER}/${name}`, size_bytes: content.length };
    const begun = await stage.send(visitor, "/uploads", {
      method: "POST",
      headers: JSON_TYPE,
      body: JSON.stringify(order),
    });
    if (begun.status !== 201) return begun;
    const { upload_id, post } = begun.body as {
      upload_id: string;
      post: { url: string; fields: Record<string, string> };
    };
    const form = new FormData();
    for (const [field, value] of Object.entries(post.fields)) form.append(field, value);
    form.append("file", new Blob([content]), "file");
    await (await fetch(post.url, { method: "POST", body: form })).text();
    return stage.send(visitor, `/uploads/${upload_id}/complete`, { method: "POST", headers: JSON_TYPE, body: "{}" });
  },
};

const contentOf = (name: string) => `content of ${name.toWellFormed().slice(0, 300)}`;

async function keeps(stage: HttpStage, visitor: Visitor, name: string, send: Send): Promise<string | undefined> {
  const answered = await send(stage, visitor, name);
  const [result = answered.body] = (answered.body.files as Record<string, unknown>[] | undefined) ?? [];
  const path = String(result.path ?? "");
  const isKept = answered.status < 300 && result.status === "stored" && path === `${FOLDER}/${name.normalize("NFC")}`;
  if (!isKept) return `to be kept, and it was answered ${answered.status} ${answered.text.slice(0, 300)}`;
  stage.told.stored(visitor.sessionId, path, sha256Of(contentOf(name)));
  const text = await (await visitor.client.download(visitor.sessionId, path)).text();
  return text === contentOf(name) ? undefined : `its own content back, and it was ${text.slice(0, 100)}`;
}

function refuses(answered: Answered, says: string): string | undefined {
  const [result] = (answered.body.files as { status: string; problem?: { detail: string } }[] | undefined) ?? [];
  if (result === undefined) {
    const isRefused =
      answered.status >= 400 && JSON.stringify(answered.body).includes(JSON.stringify(says).slice(1, -1));
    return (
      faultOf(answered) ??
      (isRefused ? undefined : `to be refused as "${says}", and it was ${answered.text.slice(0, 300)}`)
    );
  }
  const isRefused = result.status === "refused" && result.problem?.detail.includes(says) === true;
  return isRefused ? undefined : `to be refused as "${says}", and it was ${answered.text.slice(0, 300)}`;
}
