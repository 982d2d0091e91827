/** `npm run smoke -- <url>`: after a deployment, whether the stage does what it is for. `CUBBY_TOKEN` holds a token. */
import { processEnvironment } from "../../shared/config.ts";
import { smoke } from "./smoke.ts";

const USAGE =
  "Name the stage's address, its stack's output ApiUrl: npm run smoke -- https://…  (CUBBY_TOKEN: a token, else as a guest)";

const [url, ...others] = process.argv.slice(2);
if (url === undefined || others.length > 0 || !URL.canParse(url)) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  // In the environment and not an argument, which every process of the machine may read.
  const token = processEnvironment().CUBBY_TOKEN || undefined;
  const isWell = await smoke({ url, token, print: (line) => console.log(line) });
  process.exitCode = isWell ? 0 : 1;
}
