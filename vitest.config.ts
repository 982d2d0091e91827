import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** One project per kind of proof; each has the patience its engines need. */
function project(name: string, testTimeout: number, setupFiles: string[] = []) {
  const include = [`test/${name}/**/*.test.ts`];
  return {
    test: { name, include, setupFiles, testTimeout, hookTimeout: Math.max(testTimeout, 30_000) },
  };
}

export default defineConfig({
  test: {
    // One less, by default: on two cores that is one, and the tests wait for disks and children half of the time.
    maxWorkers: Math.max(2, availableParallelism()),
    projects: [
      project("unit", 20_000),
      project("integration", 60_000),
      project(
        "acceptance",
        120_000,
        ["install-fetch", "check-answers", "note-secrets"].map((name) => `test/support/${name}.ts`),
      ),
      project("browser", 120_000),
      project("cdk", 300_000),
    ],
  },
});
