import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button } from "../parts/button.tsx";
import { Confirm, Dialog, type Question } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { endingOf } from "../rules/ending.ts";
import { durationText, fullTimeText, plural, sizeText, timeText } from "../rules/words.ts";
import { explain } from "../state/explain.ts";
import { allFiles } from "../state/files.ts";
import {
  clearSession,
  extendSession,
  guestSessions,
  listSessions,
  newSession,
  type Session,
  session,
  switchSession,
} from "../state/session.ts";
import { go } from "../state/place.ts";
import { now } from "../state/ticking.ts";
import { showToast } from "../state/toasts.ts";

const orTell = (work: Promise<unknown>) => work.catch((error) => void showToast({ kind: "bad", text: explain(error) }));

/** Always in view: how long the session lives. Behind it, what can be done about that. */
export function SessionChip() {
  const isOpen = useSignal(false);
  const question = useSignal<Question | undefined>(undefined);
  const present = session.value;
  if (present === undefined) return null;
  const { secondsLeft, isSoon } = endingOf(present, now.value);
  const left = durationText(secondsLeft);
  return (
    <>
      <button
        type="button"
        class={isSoon ? "chip soon" : "chip"}
        aria-haspopup="dialog"
        aria-label={`Ends in ${left}: your session`}
        onClick={() => {
          isOpen.value = true;
        }}
      >
        <Icon name={isSoon ? "warning" : "clock"} size={16} />
        <span class="chip-words">Ends in</span> <span>{left}</span>
      </button>
      {isOpen.value && (
        <SessionDialog
          present={present}
          onClose={() => {
            isOpen.value = false;
          }}
          onClear={() => {
            isOpen.value = false;
            question.value = askToClear();
          }}
        />
      )}
      <Confirm question={question} />
    </>
  );
}

function askToClear(): Question {
  const count = allFiles.value.length;
  return {
    title: "Start over?",
    text: (
      <p>
        This ends the session and removes everything in it now: {plural(count, "file")}, all tables, the whole history.
        It cannot be undone.
      </p>
    ),
    yes: "Remove everything",
    isDangerous: true,
    async act() {
      try {
        const { objects, bytes } = await clearSession();
        go("files");
        showToast({
          kind: "good",
          text: `Removed ${plural(objects, "object")}, ${sizeText(bytes)}. This is a new session.`,
        });
      } catch (error) {
        showToast({ kind: "bad", text: explain(error) });
      }
    },
  };
}

interface SessionDialogProps {
  present: Session;
  onClose(): void;
  onClear(): void;
}

function SessionDialog({ present, onClose, onClear }: SessionDialogProps) {
  const { secondsLeft, why, canExtend } = endingOf(present, now.value);
  return (
    <Dialog title="Your session" onClose={onClose}>
      <p class="figure">
        <strong>{durationText(secondsLeft)}</strong> left
      </p>
      <p>
        Ends {fullTimeText(present.expires_at)}. {why} Then everything in it is removed.
      </p>
      <dl class="facts">
        <dt>Holds</dt>
        <dd>
          {plural(allFiles.value.length, "file")}, {plural(present.database.tables, "table")},{" "}
          {sizeText(present.total_size_bytes)}
        </dd>
        <dt>Began</dt>
        <dd>{fullTimeText(present.created_at)}</dd>
        <dt>Id</dt>
        <dd>
          <code>{present.session_id}</code>
        </dd>
      </dl>
      <div class="row">
        {canExtend && (
          <Button icon="clock" onClick={() => void orTell(extendSession())}>
            Keep it longer
          </Button>
        )}
        <Button
          icon="plus"
          onClick={() =>
            void orTell(
              newSession()
                .then(onClose)
                .then(() => go("files")),
            )
          }
        >
          New session beside it
        </Button>
        <Button icon="trash" look="danger" onClick={onClear}>
          Start over
        </Button>
      </div>
      <OtherSessions present={present.session_id} onClose={onClose} />
    </Dialog>
  );
}

function OtherSessions({ present, onClose }: { present: string; onClose(): void }) {
  const others = useSignal<readonly { session_id: string; created_at: string }[]>([]);
  useEffect(() => {
    void listSessions().then(
      (found) => {
        others.value = found.filter(({ session_id }) => session_id !== present);
      },
      () => {},
    );
  }, [present, guestSessions.value]);
  if (others.value.length === 0) return null;
  return (
    <section class="others">
      <h3>Your other sessions</h3>
      <ul class="plain-list">
        {others.value.map(({ session_id, created_at }) => (
          <li key={session_id}>
            <button
              type="button"
              class="menu-item"
              onClick={() => void orTell(switchSession(session_id).then(onClose))}
            >
              <Icon name="right" size={16} />
              <span>Began {timeText(created_at)}</span>
              <code class="menu-note">{session_id.slice(-6)}</code>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
