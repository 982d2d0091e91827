import { useSignal } from "@preact/signals";
import { Button } from "../parts/button.tsx";
import { durationText } from "../rules/words.ts";
import { explain } from "../state/explain.ts";
import { client, inSession, refreshSession, type Session } from "../state/session.ts";
import { now } from "../state/ticking.ts";
import { showToast } from "../state/toasts.ts";

type Approval = NonNullable<Session["pending_approval"]>;

/** The one thing that waits for a yes or no: what would be done, with everything it would be done with. */
export function ApprovalCard({ approval }: { approval: Approval }) {
  const comment = useSignal("");
  const isBusy = useSignal(false);
  const { approval_id, tool_name, description, args, expires_at } = approval;
  const secondsLeft = (Date.parse(expires_at) - now.value) / 1000;

  async function decide(decision: "approved" | "rejected"): Promise<void> {
    isBusy.value = true;
    try {
      const said = comment.value.trim();
      const body = { decision, approval_id, ...(said !== "" && { comment: said }) };
      await client.call("decideApproval", { params: inSession(), body });
      showToast({ kind: "good", text: decision === "approved" ? "Approved." : "Rejected." });
    } catch (error) {
      showToast({ kind: "bad", text: explain(error) });
    }
    isBusy.value = false;
    await refreshSession();
  }

  return (
    <section class="approval" aria-label="Waiting for your decision">
      <h2>
        May <code>{tool_name}</code> go ahead?
      </h2>
      {description !== null && <p>{description}</p>}
      <details>
        <summary>What it would be called with</summary>
        <pre>{JSON.stringify(args, null, 2)}</pre>
      </details>
      <label>
        Comment
        <input
          value={comment.value}
          onInput={(event) => {
            comment.value = event.currentTarget.value;
          }}
        />
      </label>
      <div class="row">
        <Button look="primary" icon="check" disabled={isBusy.value} onClick={() => void decide("approved")}>
          Approve
        </Button>
        <Button icon="close" disabled={isBusy.value} onClick={() => void decide("rejected")}>
          Reject
        </Button>
        <span class="quiet small">
          {secondsLeft > 0 ? `${durationText(secondsLeft)} left to decide` : "Too late to decide"}
        </span>
      </div>
    </section>
  );
}
