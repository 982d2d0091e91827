import { statementBombs } from "../../../support/hostile/statement-bombs.ts";
import { allowedStatements, failedStatements, refusedStatements } from "../../../support/hostile/statement-cases.ts";
import { type Answered, faultOf, faultOfRefusal } from "./answered.ts";
import type { Part } from "./part.ts";
import type { HttpStage, Visitor } from "./stage.ts";

const PEOPLE = "name,born,score\nAda,1815-12-10,1.5\nGrace,1906-12-09,2.5\n,,\nAlan,1912-06-23,3.5\n";
const SALES = `id,year,region,amount\n${Array.from({ length: 10_000 }, (_, id) => `${id},${2020 + (id % 3)},r${id % 4},${id * 1.5}\n`).join("")}`;
/** What the test database has beside its tables, and a published one has not. */
const ELSEWHERE = /cubby\.notes/;
/** Of the contract. */
const LONGEST_STATEMENT = 100_000;
const BOMB_CODES = ["query_timeout", "query_crashed", "result_too_large", "statement_failed", "statement_refused"];

/** Statements that may be, that may not be, that are none, and that never end; after each batch an honest one. */
export const statements: Part = {
  name: "statements",
  async prove(stage, { tell, find }) {
    const visitor = await stage.visitor();
    await visitor.client.uploadFiles(visitor.sessionId, [
      { name: "people.csv", content: PEOPLE },
      { name: "sales.csv", content: SALES },
    ]);
    const batch = async (what: string, list: readonly string[], judge: (answered: Answered) => string | undefined) => {
      let wrong = 0;
      for (const sql of list.filter((each) => !ELSEWHERE.test(each))) {
        const fault = judge(await ask(stage, visitor, sql));
        if (fault === undefined) continue;
        wrong++;
        find(`statements, ${sql.slice(0, 200)}: expected ${fault}`);
      }
      const honest = await ask(stage, visitor, "SELECT count(*) FROM sales");
      if (JSON.stringify(honest.body.rows) !== "[[10000]]")
        find(`statements, an honest one after ${what}: ${honest.text}`);
      tell(`statements, ${what}: ${list.length} named cases, ${wrong} wrong`, list.length);
    };
    await batch("allowed", allowedStatements, (answered) =>
      answered.status === 200 ? undefined : `rows, and it was answered ${answered.text.slice(0, 300)}`,
    );
    await batch("refused", refusedStatements, (answered) =>
      // An empty statement does not fit the contract, which is looked at first.
      answered.body.code === "invalid_request" ? faultOf(answered) : faultOfRefusal(answered, "statement_refused"),
    );
    await batch("not understood", failedStatements, (answered) => faultOfRefusal(answered, "statement_failed"));
    const isTooLong = (sql: string) => sql.length > LONGEST_STATEMENT;
    await batch(
      "bombs",
      statementBombs.filter((sql) => !isTooLong(sql)),
      faultOfBomb,
    );
    await batch("too long", statementBombs.filter(isTooLong), (answered) =>
      faultOfRefusal(answered, "invalid_request", `<=${LONGEST_STATEMENT} characters`),
    );
  },
};

function ask(stage: HttpStage, visitor: Visitor, sql: string): Promise<Answered> {
  const init = { method: "POST", headers: { "content-type": "application/json" } };
  return stage.send(visitor, "/query", { ...init, body: JSON.stringify({ sql }) });
}

/** Done, or ended for one of the reasons that a heavy statement is ended for. */
function faultOfBomb(answered: Answered): string | undefined {
  if (answered.status === 200 || answered.status === 201) return undefined;
  const code = String(answered.body.code);
  if (!BOMB_CODES.includes(code)) return `an end that is known, and it was ${answered.text.slice(0, 300)}`;
  return faultOf(answered);
}
