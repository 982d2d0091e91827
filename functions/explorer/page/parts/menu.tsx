import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";

interface MenuProps {
  label: string;
  button: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}

/** A button that unfolds a small panel. `details` opens without script; this closes it on Escape and on a click beside it. */
export function Menu({ label, button, class: look = "button plain", children }: MenuProps) {
  const element = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      const details = element.current;
      if (details === null || !details.open) return;
      if (event instanceof KeyboardEvent) {
        if (event.key !== "Escape") return;
        details.querySelector("summary")?.focus();
      } else if (details.contains(event.target as Node)) return;
      details.open = false;
    };
    addEventListener("keydown", close);
    addEventListener("pointerdown", close);
    return () => {
      removeEventListener("keydown", close);
      removeEventListener("pointerdown", close);
    };
  }, []);
  return (
    <details class="menu" ref={element}>
      <summary class={look} aria-label={label}>
        {button}
      </summary>
      <div class="menu-panel">{children}</div>
    </details>
  );
}

/** One line of a menu; choosing it folds the menu up. */
export function MenuItem({
  icon,
  onChoose,
  children,
}: {
  icon?: IconName;
  onChoose(): void;
  children: ComponentChildren;
}) {
  return (
    <button
      type="button"
      class="menu-item"
      onClick={(event) => {
        const details = event.currentTarget.closest("details");
        if (details !== null) details.open = false;
        onChoose();
      }}
    >
      {icon !== undefined && <Icon name={icon} size={18} />}
      {children}
    </button>
  );
}
