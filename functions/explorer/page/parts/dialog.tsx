import { useSignal, useSignalEffect, type Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Button, IconButton } from "./button.tsx";

interface DialogProps {
  title: string;
  onClose(): void;
  children: ComponentChildren;
  /** `drawer`: at the side of the page. `wide`: as much of the page as there is. */
  look?: "drawer" | "wide";
}

/** The browser's own modal dialog: it keeps the focus inside and closes on Escape. What had the focus gets it back. */
export function Dialog({ title, onClose, children, look }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      // By hand: a dialog that is already out of the page gives nothing back.
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={element}
      class={look === undefined ? "dialog" : `dialog ${look}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === element.current && onClose()}
    >
      <div class="dialog-body">
        <div class="dialog-header">
          <h2 id={id}>{title}</h2>
          <IconButton icon="close" label="Close" onClick={onClose} />
        </div>
        {children}
      </div>
    </dialog>
  );
}

interface Question {
  title: string;
  text: ComponentChildren;
  yes: string;
  isDangerous?: boolean;
  act(): Promise<void> | void;
}

/** A question before something that cannot be undone. */
export function Confirm({ question }: { question: Signal<Question | undefined> }) {
  const isBusy = useSignal(false);
  useSignalEffect(() => {
    if (question.value === undefined) isBusy.value = false;
  });
  if (question.value === undefined) return null;
  const { title, text, yes, isDangerous = false, act } = question.value;
  const close = () => {
    question.value = undefined;
  };
  const go = async () => {
    isBusy.value = true;
    await act();
    close();
  };
  return (
    <Dialog title={title} onClose={close}>
      <div class="dialog-text">{text}</div>
      <div class="dialog-footer">
        <Button onClick={close}>Cancel</Button>
        <Button look={isDangerous ? "danger" : "primary"} disabled={isBusy.value} onClick={() => void go()}>
          {yes}
        </Button>
      </div>
    </Dialog>
  );
}

export type { Question };
