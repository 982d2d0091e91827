import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "icon" | "label"> {
  icon?: IconName;
  look?: "plain" | "primary" | "danger" | "quiet";
  children?: ComponentChildren;
}

export function Button({ icon, look = "plain", children, ...rest }: ButtonProps) {
  return (
    <button type="button" class={`button ${look}`} {...rest}>
      {icon !== undefined && <Icon name={icon} size={18} />}
      {children}
    </button>
  );
}

/** A button that is a drawing; its name is for those who do not see it, and a tip for those who point at it. */
export function IconButton({
  icon,
  label,
  ...rest
}: Omit<ButtonProps, "children" | "look"> & { icon: IconName; label: string }) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} {...rest}>
      <Icon name={icon} />
    </button>
  );
}
