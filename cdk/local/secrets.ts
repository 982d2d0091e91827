import { randomBytes } from "node:crypto";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import type { DataFolder } from "./data-folder.ts";

/** What only this folder's host may know. */
export interface Secrets {
  /** Credentials that the local engines accept. Letters and digits only: DynamoDB Local takes nothing else. */
  accessKeyId: string;
  secretAccessKey: string;
  /** Private key of the developer token issuer. */
  signingKey: JWK;
}

const FILE = "secrets.json";

/** The folder's secrets, made at the first start and kept: presigned URLs and tokens survive a restart. */
export async function readOrCreateSecrets(folder: DataFolder): Promise<Secrets> {
  const kept = folder.readJson<Secrets>(FILE);
  if (kept !== undefined) return kept;
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const secrets: Secrets = {
    accessKeyId: `CUBBYLOCAL${randomBytes(5).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(24).toString("base64url"),
    signingKey: await exportJWK(privateKey),
  };
  folder.writeJson(FILE, secrets);
  return secrets;
}
