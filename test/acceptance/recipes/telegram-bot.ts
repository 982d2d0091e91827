/** A Telegram bot: files that it is sent become tables, and SQL that it is sent is answered. */
import { type Client, CubbyError, createClient } from "cubby/client";

interface Update {
  update_id: number;
  message?: { chat: { id: number }; text?: string; document?: { file_id: string; file_name: string } };
}

/** `token` is the one of Telegram's BotFather, `cubbyToken` the bot's own as a service. */
interface Options {
  token: string;
  cubbyUrl: string;
  cubbyToken: string;
  signal: AbortSignal;
}

const TELEGRAM = "https://api.telegram.org";

/** Asks Telegram for what is new, over and over, until the signal comes. */
export async function runTelegramBot(options: Options): Promise<void> {
  for (let offset = 0; !options.signal.aborted; ) {
    const updates = await ask<Update[]>(options, "getUpdates", { offset, timeout: 50 });
    for (const update of updates) {
      offset = update.update_id + 1;
      await reply(options, update);
    }
  }
}

async function reply(options: Options, { message }: Update): Promise<void> {
  if (message === undefined) return;
  // Each chat is a user of the bot's own, with a session that lives as long as he is there.
  const userId = `telegram_${message.chat.id}`;
  const cubby = createClient({ baseUrl: options.cubbyUrl, token: options.cubbyToken, userId });
  const text = await answer(options, cubby, message).catch((error: unknown) => {
    if (error instanceof CubbyError) return `That did not work: ${error.message}`;
    throw error;
  });
  await ask(options, "sendMessage", { chat_id: message.chat.id, text });
}

async function answer(options: Options, cubby: Client, message: NonNullable<Update["message"]>): Promise<string> {
  const thread = { platform: "telegram", thread_id: String(message.chat.id), reuse: true };
  const { session_id } = await cubby.api.createSession({ body: thread });
  if (message.document !== undefined) {
    const { file_id, file_name } = message.document;
    const { file_path } = await ask<{ file_path: string }>(options, "getFile", { file_id });
    const content = await (await fetch(`${TELEGRAM}/file/bot${options.token}/${file_path}`)).blob();
    const { file } = await cubby.upload(session_id, `uploads/${file_name}`, content);
    return `Kept. Tables: ${file?.conversion.tables.join(", ") || "none"}`;
  }
  const sql = message.text ?? "";
  const { rows } = await cubby.api.query({ params: { session_id }, body: { sql, limit: 20 } });
  return rows.map((row) => row.join(" | ")).join("\n") || "Nothing found";
}

async function ask<Result>({ token, signal }: Options, method: string, body: object): Promise<Result> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal };
  const answered = await fetch(`${TELEGRAM}/bot${token}/${method}`, init);
  return ((await answered.json()) as { result: Result }).result;
}
