import { base64url, NOT_VALID, type TokenCase } from "./token-kit.ts";

/** An honest token, written differently. */
function written(
  name: string,
  write: (parts: [string, string, string], token: string) => string,
  reason = NOT_VALID,
): TokenCase {
  return {
    name,
    reason,
    forge(kit) {
      const token = kit.make();
      const [head = "", claims = "", signature = ""] = token.split(".");
      return write([head, claims, signature], token);
    },
    control: (kit) => kit.make(),
  };
}

const standard = (text: string) => Buffer.from(text, "base64url").toString("base64");

export const shapeCases: TokenCase[] = [
  written("a header alone", ([head]) => head),
  written("no signature and no dot before it", ([head, claims]) => `${head}.${claims}`),
  written("no signature behind its dot", ([head, claims]) => `${head}.${claims}.`),
  written("no header", ([, claims, signature]) => `.${claims}.${signature}`),
  written("no claims", ([head, , signature]) => `${head}..${signature}`),
  written("dots alone", () => ".."),
  written("four parts", (_, token) => `${token}.AAAA`),
  written("five parts, as an encrypted token has", (_, token) => `${token}.AAAA.AAAA`),
  written("a dot in front", (_, token) => `.${token}`),
  written("a dot behind", (_, token) => `${token}.`),
  written("quotes around it", (_, token) => `"${token}"`),
  written("dots encoded for a URL", (_, token) => token.replaceAll(".", "%2e")),
  written("a comma and itself behind it", (_, token) => `${token},${token}`),
  written("a zero byte encoded behind it", (_, token) => `${token}%00`),
  written("a semicolon behind it", (_, token) => `${token};x`),
  written("padding behind the header", ([head, claims, signature]) => `${head}==.${claims}.${signature}`),
  written("padding behind the claims", ([head, claims, signature]) => `${head}.${claims}==.${signature}`),
  written("padding behind the signature", (_, token) => `${token}==`),
  written("letters of the other Base64", ([head, claims, signature]) => `${head}.${claims}.${standard(signature)}+/`),
  written("parts in another order", ([head, claims, signature]) => `${claims}.${head}.${signature}`),
  written("itself as JSON", ([head, payload, signature]) => JSON.stringify({ protected: head, payload, signature })),
  written("itself as general JSON", ([head, payload, signature]) =>
    JSON.stringify({ payload, signatures: [{ protected: head, signature }] }),
  ),
  written("Base64 of itself", (_, token) => base64url(token)),
  written("a header that is a list", ([, claims, signature]) => `${base64url("[]")}.${claims}.${signature}`),
  written("a header that is null", ([, claims, signature]) => `${base64url("null")}.${claims}.${signature}`),
  written("a header that is no JSON", ([, claims, signature]) => `AAAA.${claims}.${signature}`),
  written(
    "a header with another algorithm in front",
    ([, claims, signature]) => `${base64url('{"alg":"RS256","alg":"none"}')}.${claims}.${signature}`,
  ),
  written("ten kilobytes", (_, token) => token + "A".repeat(10_240), "the token is too long"),
  written("a guest's beginning", (_, token) => `cubby_guest.${token}`),
  written("a guest's beginning and a session that is none", () => "cubby_guest.session_x.AAAA"),
];
