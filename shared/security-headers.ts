/**
 * Headers that go with every answer, whatever it is and whichever function made it. A browser ignores the first one
 * over plain HTTP, so it does no harm on one machine.
 */
export const securityHeaders = {
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  // For pages of other origins that embed without asking; what they `fetch` is decided by CORS.
  "cross-origin-resource-policy": "same-origin",
} as const;
