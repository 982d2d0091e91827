/** Our server in a process of its own, so that a test can kill it: prints its port and runs until then. */
import { startS3Server } from "../../../cdk/local/s3/server.ts";

const [dataDirectory = "", accessKeyId = "", secretAccessKey = ""] = process.argv.slice(2);
const server = await startS3Server({ dataDirectory, port: 0, accessKeyId, secretAccessKey });
process.stdout.write(`${server.port}\n`);
