/** A Discord bot by HTTP interactions: `/keep` stores a file, `/ask` answers SQL over what was kept. */
import { CubbyError, createClient } from "cubby/client";

interface Interaction {
  type: number;
  channel_id: string;
  data: {
    name: string;
    options: { value: string }[];
    resolved?: { attachments: Record<string, { url: string; filename: string }> };
  };
  member: { user: { id: string } };
}

/** `publicKey` is the application's, in hexadecimal, `cubbyToken` the bot's own as a service. */
interface Options {
  publicKey: string;
  cubbyUrl: string;
  cubbyToken: string;
}

const [PING, PONG, MESSAGE] = [1, 1, 4];

/** Answers one of Discord's requests; mount it where the application's interactions endpoint is. */
export async function handleInteraction(request: Request, options: Options): Promise<Response> {
  const body = await request.text();
  if (!(await isFromDiscord(request.headers, body, options.publicKey)))
    return new Response("Not signed", { status: 401 });
  const interaction = JSON.parse(body) as Interaction;
  if (interaction.type === PING) return Response.json({ type: PONG });
  const content = await answer(interaction, options).catch((error: unknown) => {
    if (error instanceof CubbyError) return `That did not work: ${error.message}`;
    throw error;
  });
  return Response.json({ type: MESSAGE, data: { content } });
}

async function answer({ data, member, channel_id }: Interaction, { cubbyUrl, cubbyToken }: Options): Promise<string> {
  const cubby = createClient({ baseUrl: cubbyUrl, token: cubbyToken, userId: `discord_${member.user.id}` });
  const { session_id } = await cubby.api.createSession({
    body: { platform: "discord", thread_id: channel_id, reuse: true },
  });
  const value = data.options[0]?.value ?? "";
  if (data.name === "keep") {
    const attachment = data.resolved?.attachments[value];
    if (attachment === undefined) return "There is no file";
    const content = await (await fetch(attachment.url)).blob();
    const { file } = await cubby.upload(session_id, `uploads/${attachment.filename}`, content);
    return `Kept. Tables: ${file?.conversion.tables.join(", ") || "none"}`;
  }
  const { rows } = await cubby.api.query({ params: { session_id }, body: { sql: value, limit: 20 } });
  return rows.map((row) => row.join(" | ")).join("\n") || "Nothing found";
}

/** Discord signs time and body with Ed25519, and sends wrong signatures now and then to see whether we look. */
async function isFromDiscord(headers: Headers, body: string, publicKey: string): Promise<boolean> {
  const signature = fromHex(headers.get("x-signature-ed25519") ?? "");
  const signed = new TextEncoder().encode(`${headers.get("x-signature-timestamp")}${body}`);
  const key = await crypto.subtle.importKey("raw", fromHex(publicKey), "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, signature, signed);
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
