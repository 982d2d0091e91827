import { Icon, type IconName } from "../parts/icon.tsx";
import type { ScriptSite } from "../rules/compare-scripts.ts";
import { placeHref } from "../state/place.ts";

const looks: Record<ScriptSite["class"], { word: string; icon: IconName; look: string }> = {
  rewritten_literal: { word: "Reads a table now", icon: "check", look: "good" },
  rewritten_runtime: { word: "Finds its table when it runs", icon: "clock", look: "busy" },
  left_alone: { word: "Left alone", icon: "warning", look: "soso" },
};

/** What was done at one place of a script, and why: in words, with a drawing, and with the tables it reads now. */
export function SiteNote({ site }: { site: ScriptSite }) {
  const { word, icon, look } = looks[site.class];
  return (
    <p class="site-note">
      <span class={`mark-pill ${look}`}>
        <Icon name={icon} size={14} />
        {word}
      </span>
      <span>
        <code>{site.reader}</code>: {site.sentence}.
      </span>
      {site.tables.map((name) => (
        <a key={name} href={placeHref("tables", name)}>
          {name}
        </a>
      ))}
    </p>
  );
}
