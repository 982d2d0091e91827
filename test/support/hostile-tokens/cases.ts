import { algorithmCases } from "./algorithm-cases.ts";
import { claimCases } from "./claim-cases.ts";
import { headerCases } from "./header-cases.ts";
import { shapeCases } from "./shape-cases.ts";
import { signatureCases } from "./signature-cases.ts";

/** The classic mistakes around bearer tokens, by what is wrong with them; see RFC 8725 for most of their stories. */
export const tokenCases = {
  "the algorithm": algorithmCases,
  "the header": headerCases,
  "the claims": claimCases,
  "the signature": signatureCases,
  "the shape": shapeCases,
};
