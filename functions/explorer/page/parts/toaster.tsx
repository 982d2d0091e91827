import { actOnToast, dismissToast, toasts } from "../state/toasts.ts";
import { Button, IconButton } from "./button.tsx";
import { Icon } from "./icon.tsx";

const icons = { info: "clock", good: "check", bad: "warning" } as const;

/** What is said in passing. A live region: it is read out without taking the focus. */
export function Toaster() {
  return (
    <section class="toaster" aria-label="Messages" aria-live="polite">
      {toasts.value.map(({ id, kind, text, action }) => (
        <div key={id} class={`toast ${kind}`}>
          <Icon name={icons[kind]} size={18} />
          <p>{text}</p>
          {action !== undefined && (
            <Button look="quiet" onClick={() => actOnToast(id)}>
              {action.label}
            </Button>
          )}
          <IconButton icon="close" label="Dismiss" onClick={() => dismissToast(id)} />
        </div>
      ))}
    </section>
  );
}
