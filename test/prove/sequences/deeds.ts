import type { Deed } from "./deed.ts";
import { fileDeeds } from "./file-deeds.ts";
import { sessionDeeds } from "./session-deeds.ts";
import { talkDeeds } from "./talk-deeds.ts";

/** Everything that a person can do. A deed of its own module is in every sequence by standing here. */
const all = { ...sessionDeeds, ...fileDeeds, ...talkDeeds };

export type DeedName = keyof typeof all;
export const deeds: Record<DeedName, Deed> = all;
