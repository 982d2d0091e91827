/** What one sees before there is a session, and after it has ended. */
import { config } from "../config.ts";
import { Button } from "../parts/button.tsx";
import { Empty } from "../parts/empty.tsx";
import { canSignIn, signIn } from "../state/account.ts";
import { explain } from "../state/explain.ts";
import { newSession, start } from "../state/session.ts";
import { showToast } from "../state/toasts.ts";

const begin = () => newSession().catch((error) => showToast({ kind: "bad", text: explain(error) }));

export function Starting() {
  return (
    <p class="starting" role="status">
      Opening your workspace…
    </p>
  );
}

export function Welcome({ problem }: { problem: string | undefined }) {
  return (
    <Empty icon="user" isPage title="Welcome to Cubby">
      <p>A private workspace for your files. Spreadsheets become tables you can ask, and everything clears itself.</p>
      {problem !== undefined && <p class="problem">{problem}</p>}
      {canSignIn ? (
        <Button look="primary" icon="user" onClick={() => void signIn()}>
          Sign in
        </Button>
      ) : (
        <p>This stage takes no guests, and no sign-in is set up for its page. Ask whoever runs it.</p>
      )}
    </Empty>
  );
}

export function Closed({ detail }: { detail: string }) {
  return (
    <Empty icon="clock" isPage title="This session has ended">
      <p>{detail}</p>
      <p>Its files, tables and history are removed, as promised. A new one is empty.</p>
      <div class="row">
        {(config.guests_allowed || !canSignIn) && (
          <Button look="primary" icon="plus" onClick={() => void begin()}>
            Start a new session
          </Button>
        )}
        {canSignIn && (
          <Button icon="user" onClick={() => void signIn()}>
            Sign in
          </Button>
        )}
      </div>
    </Empty>
  );
}

export function Failed({ problem }: { problem: string }) {
  return (
    <Empty icon="warning" isPage title="Your workspace could not be opened">
      <p>{problem}</p>
      <Button look="primary" icon="retry" onClick={() => void start()}>
        Try again
      </Button>
    </Empty>
  );
}
