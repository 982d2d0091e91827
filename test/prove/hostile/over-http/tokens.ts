import { tokenCases } from "../../../support/hostile-tokens/cases.ts";
import { faultOfRefusal } from "./answered.ts";
import type { Part } from "./part.ts";

/** The gateway takes no longer headers, and answers 431 by itself. */
const MOST_LETTERS = 10_000;

/** Each mistake sent as the bearer's, and its harmless twin. */
export const tokens: Part = {
  name: "tokens",
  async prove(stage, { tell, find }) {
    for (const [kind, cases] of Object.entries(tokenCases)) {
      let wrong = 0;
      for (const { name, reason, forge, control } of cases) {
        const ask = (token: string) => stage.fetch("/v1/usage", { headers: { authorization: `Bearer ${token}` } });
        const token = forge(stage.kit);
        if (token.length > MOST_LETTERS) continue;
        const fault = faultOfRefusal(await ask(token), "not_authenticated", reason);
        const { status } = await ask(control(stage.kit));
        if (fault === undefined && status === 200) continue;
        wrong++;
        find(`tokens, ${name}: expected ${fault ?? `its honest twin to be taken, and it was answered ${status}`}`);
      }
      tell(`tokens, ${kind}: ${cases.length} named cases, ${wrong} wrong`, cases.length);
    }
  },
};
