/** The acceptance suite on the deployment, and which of its failures are the emulator's. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { failingTests } from "./gaps.ts";

interface Result {
  testResults: { name: string; status: string; assertionResults: { fullName: string; status: string }[] }[];
}

/** Runs files, or folders of them, one after the other; answers true when nothing failed that gaps.ts does not list. */
export async function runSuite(files: readonly string[], env: NodeJS.ProcessEnv, output: string): Promise<boolean> {
  const whole = failingTests.filter(
    ({ file, tests }) => tests === undefined && !files.some((path) => isFile(path, file)),
  );
  const exclude = whole.flatMap(({ file }) => ["--exclude", `**/${file}.test.ts`]);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${output}`];
  const words = ["run", "--project", "acceptance", "--no-file-parallelism", ...reporters, ...exclude, ...triedAlone()];
  const tests = spawn("vitest", [...words, ...files], { stdio: "inherit", env });
  process.once("exit", () => tests.kill());
  await new Promise((done) => tests.once("exit", done));
  return judge(JSON.parse(readFileSync(output, "utf8")));
}

/** Leaves out by their names what gaps.ts says is not even tried. */
function triedAlone(): string[] {
  const names = failingTests.flatMap(({ tests = [], isTried = true }) => (isTried ? [] : tests));
  return names.length === 0 ? [] : ["--testNamePattern", `^(?!.*(?:${names.join("|")}))`];
}

function judge({ testResults }: Result): boolean {
  const count = { passed: 0, gap: 0, failed: 0 };
  const fail = (file: string, what: string) => {
    count.failed++;
    console.log(`Not in gaps.ts: ${file}: ${what}`);
  };
  for (const { name, status, assertionResults } of testResults) {
    const file = basename(name, ".test.ts");
    // A file that could not be loaded, or whose host did not open, has no failed test of its own.
    if (status === "failed" && !assertionResults.some((test) => test.status === "failed"))
      fail(file, "the file itself");
    for (const test of assertionResults) {
      const isListed = isGap(file, test.fullName);
      if (test.status === "passed") count.passed++;
      if (test.status === "passed" && isListed)
        console.log(`Passes now, take it from gaps.ts: ${file}: ${test.fullName}`);
      if (test.status === "failed" && isListed) count.gap++;
      if (test.status === "failed" && !isListed) fail(file, test.fullName);
    }
  }
  const { passed, gap, failed } = count;
  console.log(`On the deployment: ${passed} passed, ${gap} failed as gaps.ts says, ${failed} failed otherwise`);
  return failed === 0 && passed > 0;
}

function isGap(file: string, test: string): boolean {
  return failingTests.some((gap) => gap.file === file && (gap.tests?.some((part) => test.includes(part)) ?? true));
}

function isFile(path: string, file: string): boolean {
  return basename(path, ".test.ts") === file;
}
