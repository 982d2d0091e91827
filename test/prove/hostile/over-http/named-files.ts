import type { CaseFamily, FileCase } from "../../../support/hostile/case.ts";
import { fileFamilies } from "../../../support/hostile/families.ts";
import { judge } from "../../../support/hostile/judge.ts";
import { stemOf } from "../../../support/hostile/outcome.ts";
import type { Part } from "./part.ts";
import { type Sent, sendFiles, type Way } from "./send-files.ts";
import type { HttpStage, Visitor } from "./stage.ts";

/** Of a form; longer ones go straight to the storage. */
const MOST_FORM_BYTES = 3_500_000;
const FILES_PER_FORM = 8;
/** A database is made anew with each conversion, so an old session would be slower. */
const FILES_PER_SESSION = 40;
const LONGEST_CPU_MS = 10_000;

/** Every named file, sent and judged as the readers themselves are. */
export const namedFiles: Part = {
  name: "files",
  async prove(stage, report) {
    for (const family of await fileFamilies()) await proveFamily(stage, report, family);
  },
};

async function proveFamily(
  stage: HttpStage,
  { tell, find }: Parameters<Part["prove"]>[1],
  { name, cases }: CaseFamily,
) {
  let visitor: Visitor = await stage.visitor();
  let files = 0;
  let sentCases = 0;
  let wrong = 0;
  const slowest = { ms: 0, what: "" };
  for (const [group, way] of groupsOf(cases)) {
    if (files + group.length > FILES_PER_SESSION) [visitor, files] = [await stage.visitor(), 0];
    const sent = group.map((one, at): Sent => ({ one, name: `${stemOf(files + at + 1)}${one.ending}` }));
    files += group.length;
    sentCases += group.length;
    const before = stage.cpuMs();
    const outcomes = await sendFiles(stage, visitor, sent, way);
    const ms = stage.cpuMs() - before;
    if (ms > slowest.ms) Object.assign(slowest, { ms, what: group.map((one) => one.name).join("; ") });
    if (ms > LONGEST_CPU_MS * group.length) find(`${name}, ${slowest.what}: took ${ms} ms of a processor`);
    for (const { one, name: fileName } of sent) {
      const outcome = outcomes.get(fileName) ?? "nothing is said of it";
      const fault = typeof outcome === "string" ? outcome : judge(one.expect, outcome);
      if (fault === undefined) continue;
      wrong++;
      find(`${name}, ${one.name}, by ${way}: expected ${fault}`);
    }
  }
  const took = `slowest request ${Math.round(slowest.ms)} ms of a processor (${slowest.what.slice(0, 120)})`;
  tell(`${name}: ${sentCases} named cases, ${wrong} wrong; ${took}`, sentCases);
}

/** Forms of several, and now and then one by itself another way. Archives are unpacked out of forms alone. */
function groupsOf(cases: readonly FileCase[]): [FileCase[], Way][] {
  const groups: [FileCase[], Way][] = [];
  let open: FileCase[] = [];
  const sizeOf = (some: readonly FileCase[]) => some.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const close = () => {
    if (open.length > 0) groups.push([open, "form"]);
    open = [];
  };
  for (const [at, one] of cases.entries()) {
    // One such archive fills a session, whose conversions would go on beside all that follows.
    if (one.ending === ".zip" && one.isHeavy === true) continue;
    if (one.ending === ".zip") groups.push([[one], "form"]);
    else if (one.bytes.length > MOST_FORM_BYTES) groups.push([[one], "direct"]);
    else if (at % 10 === 3) groups.push([[one], "put"]);
    else if (at % 20 === 7 && one.bytes.length > 0) groups.push([[one], "direct"]);
    else {
      if (open.length === FILES_PER_FORM || sizeOf(open) + one.bytes.length > MOST_FORM_BYTES) close();
      open.push(one);
    }
  }
  close();
  return groups;
}
