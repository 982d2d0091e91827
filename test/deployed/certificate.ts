import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Files of a certificate in PEM. */
export interface Certificate {
  certFile: string;
  keyFile: string;
}

/** A certificate for this machine's own address, good for two days. The bucket's policy lets nobody in without TLS. */
export function makeCertificate(folder: string): Certificate {
  const certFile = join(folder, "certificate.pem");
  const keyFile = join(folder, "key.pem");
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const names = [
    "-subj",
    "/CN=cubby-emulator",
    "-addext",
    "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:*.execute-api.localhost",
  ];
  execFileSync("openssl", ["req", ...kind, ...names, "-keyout", keyFile, "-out", certFile], { stdio: "ignore" });
  return { certFile, keyFile };
}
