import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

interface EmptyProps {
  icon: IconName;
  title: string;
  /** True where this is all there is on the page. */
  isPage?: boolean;
  children?: ComponentChildren;
}

/** What stands where nothing is yet: what it will be, and how to begin. */
export function Empty({ icon, title, isPage = false, children }: EmptyProps) {
  return (
    <div class="empty">
      <Icon name={icon} size={40} />
      {isPage ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children}
    </div>
  );
}
