import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

/** What stands where nothing is yet: what it will be, and how to begin. */
export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} size={40} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}
