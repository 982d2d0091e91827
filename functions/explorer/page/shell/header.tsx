import { Icon, type IconName } from "../parts/icon.tsx";
import { Menu, MenuItem } from "../parts/menu.tsx";
import { account, canSignIn, signIn, signOut } from "../state/account.ts";
import { phase } from "../state/session.ts";
import { type Theme, theme } from "../state/theme.ts";
import { isOnline } from "../state/ticking.ts";
import { SessionChip } from "./session-chip.tsx";

export function Header() {
  return (
    <header class="header">
      <a class="brand" href="#files">
        <Mark />
        <span>Cubby</span>
      </a>
      {!isOnline.value && (
        <p class="offline" role="status">
          <Icon name="warning" size={16} /> Offline
        </p>
      )}
      <div class="header-end">
        {phase.value.kind === "live" && <SessionChip />}
        <ThemeMenu />
        {canSignIn && <AccountMenu />}
      </div>
    </header>
  );
}

function Mark() {
  return (
    <svg class="mark" width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M7 13.5 16 8l9 5.5V24a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1zM12 25v-6h8v6" />
    </svg>
  );
}

const themes: readonly { name: Theme; label: string; icon: IconName }[] = [
  { name: "system", label: "As the system", icon: "half" },
  { name: "light", label: "Light", icon: "sun" },
  { name: "dark", label: "Dark", icon: "moon" },
];

function ThemeMenu() {
  const present = themes.find(({ name }) => name === theme.value) ?? themes[0];
  return (
    <Menu label="Colours" class="icon-button" button={<Icon name={present?.icon ?? "half"} />}>
      {themes.map(({ name, label, icon }) => (
        <MenuItem
          key={name}
          icon={icon}
          onChoose={() => {
            theme.value = name;
          }}
        >
          {label}
          {theme.value === name && <span class="menu-note">now</span>}
        </MenuItem>
      ))}
    </Menu>
  );
}

function AccountMenu() {
  if (account.value === undefined) {
    return (
      <button type="button" class="button plain" onClick={() => void signIn()}>
        Sign in
      </button>
    );
  }
  return (
    <Menu label="Account" class="icon-button" button={<Icon name="user" />}>
      <MenuItem onChoose={() => void signOut()}>Sign out</MenuItem>
    </Menu>
  );
}
