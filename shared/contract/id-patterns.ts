/** What ids look like. In a file without the schemas, so that the authorizer need not load them to know. */

/** `session_YYYYMMDD_HHMMSS_<16 base32 characters>`: readable and sortable as operators like it, and not guessable. */
export const SESSION_ID_PATTERN = /^session_\d{8}_\d{6}_[a-z2-7]{16}$/;

/** User ids and client ids as tokens name them. No `#`: they become part of keys, whose parts it separates. */
export const USER_ID_PATTERN = /^[\p{L}\p{N}._:@|+-]{1,128}$/u;
