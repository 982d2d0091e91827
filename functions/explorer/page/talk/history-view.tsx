import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../parts/button.tsx";
import { Empty } from "../parts/empty.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { fullTimeText, timeText } from "../rules/words.ts";
import { explain } from "../state/explain.ts";
import { entries, type HistoryEntry } from "../state/follow.ts";
import { client, inSession, session } from "../state/session.ts";
import { showToast } from "../state/toasts.ts";
import { ApprovalCard } from "./approval-card.tsx";

/** What was said and done, as it happens. */
export function HistoryView() {
  const approval = session.value?.pending_approval;
  return (
    <section class="view history-view" aria-label="History">
      <header class="view-header">
        <h1>History</h1>
        <p class="quiet small">Live: what happens here, and in every other tab and bot of this session.</p>
      </header>
      {approval !== null && approval !== undefined && <ApprovalCard key={approval.approval_id} approval={approval} />}
      <Timeline />
      <Composer />
    </section>
  );
}

function Timeline() {
  const list = useRef<HTMLOListElement>(null);
  const all = entries.value;
  useEffect(() => {
    // New entries come in at the end; who reads further up is left there.
    const element = list.current;
    if (element === null) return;
    const distance = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (distance < 200 || element.scrollTop === 0) element.scrollTop = element.scrollHeight;
  }, [all]);
  if (all.length === 0) {
    return (
      <Empty icon="history" title="Nothing has happened yet">
        <p>Uploads, conversions, questions of bots and your own messages will stand here.</p>
      </Empty>
    );
  }
  return (
    <ol class="plain-list timeline" ref={list} tabIndex={0} aria-label="What was said and done">
      {all.map((entry) => (
        <EntryLine key={entry.entry_id} entry={entry} />
      ))}
    </ol>
  );
}

const roles: Record<HistoryEntry["role"], string> = {
  user: "You",
  assistant: "Assistant",
  system: "System",
  event: "Event",
};

function EntryLine({ entry }: { entry: HistoryEntry }) {
  const { role, content, created_at } = entry;
  const time = (
    <time class="quiet small" dateTime={created_at} title={fullTimeText(created_at)}>
      {timeText(created_at)}
    </time>
  );
  if (role === "event") {
    return (
      <li class="entry event">
        <Icon name={iconOf(String(entry.metadata.type ?? ""))} size={16} />
        <p>{content}</p>
        {time}
      </li>
    );
  }
  return (
    <li class={`entry ${role}`}>
      <header>
        <strong>{roles[role]}</strong> {time}
      </header>
      <p>{content}</p>
    </li>
  );
}

function iconOf(type: string): IconName {
  const icons: [RegExp, IconName][] = [
    [/upload/, "upload"],
    [/delete|removed/, "trash"],
    [/conversion/, "table"],
    [/approval/, "check"],
  ];
  return icons.find(([pattern]) => pattern.test(type))?.[1] ?? "clock";
}

function Composer() {
  const text = useSignal("");
  const isBusy = useSignal(false);
  async function send(): Promise<void> {
    const content = text.value.trim();
    if (content === "" || isBusy.value) return;
    isBusy.value = true;
    try {
      const body = { role: "user" as const, content };
      // The same key again is the same message: a lost answer does not say it twice.
      await client.call("appendHistory", { params: inSession(), body, idempotencyKey: crypto.randomUUID() });
      text.value = "";
    } catch (error) {
      showToast({ kind: "bad", text: explain(error) });
    }
    isBusy.value = false;
  }
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label class="hidden" for="message">
        Message
      </label>
      <textarea
        id="message"
        rows={1}
        placeholder="Add a message"
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          void send();
        }}
      />
      <Button look="primary" type="submit" disabled={isBusy.value || text.value.trim() === ""}>
        Send
      </Button>
    </form>
  );
}
