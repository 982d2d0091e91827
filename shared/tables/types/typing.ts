import type { ConversionSettings } from "../../contract/conversion.ts";
import { currencyRules, percentRules } from "./asked-numbers.ts";
import { askedRules } from "./asked-types.ts";
import { groupedRules } from "./grouped-numbers.ts";
import { isCommaRule, isPointRule } from "./number-rules.ts";
import type { TypeRule } from "./type-rule.ts";
import { NULL_SPELLINGS, typeRules } from "./type-rules.ts";

/** What the columns of one file may become: everything, unless somebody said otherwise. */
export interface Typing {
  /** In order of preference. */
  readonly rules: readonly TypeRule[];
  readonly nulls: ReadonlySet<string>;
  /** NULL in columns of text, too: somebody said that these spellings mean it. */
  readonly nullsInText: boolean;
  /** A comma is the decimal one even where every cell could have it between thousands. */
  readonly isCommaClear: boolean;
  /** The rules of a type that was asked for a column, by its name; none of them means text. */
  readonly asked: ReadonlyMap<string, readonly TypeRule[]>;
}

/** Nothing was said. */
export const FREE_TYPING: Typing = {
  rules: typeRules,
  nulls: NULL_SPELLINGS,
  nullsInText: false,
  isCommaClear: false,
  asked: new Map(),
};

/** What the settings leave possible. */
export function typingOf(settings: ConversionSettings): Typing {
  const decimal = settings.decimal ?? ".";
  const asked = Object.entries(settings.types ?? {}).map(([name, type]) => [name, askedRules(type, decimal)] as const);
  return {
    rules: settings.all_text === true ? [] : rulesOf(settings),
    nulls:
      settings.nulls === undefined
        ? defaultNulls(settings)
        : new Set(settings.nulls.filter((spelling) => spelling.trim() !== "")),
    nullsInText: settings.nulls !== undefined,
    isCommaClear: settings.decimal === ",",
    asked: new Map(asked),
  };
}

function defaultNulls({ all_text }: ConversionSettings): ReadonlySet<string> {
  return all_text === true ? new Set() : NULL_SPELLINGS;
}

function rulesOf({ decimal, percent, currency }: ConversionSettings): TypeRule[] {
  const isOther = decimal === "," ? isPointRule : isCommaRule;
  const numbers = decimal === undefined ? typeRules : typeRules.filter((rule) => !isOther(rule));
  return [
    ...numbers,
    ...(decimal === undefined ? [] : groupedRules(decimal)),
    ...(percent === true ? percentRules(decimal ?? ".") : []),
    ...(currency === true ? currencyRules(decimal ?? ".") : []),
  ];
}
