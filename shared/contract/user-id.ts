/**
 * User ids and client ids as tokens name them. No `#`: they become part of keys, whose parts it separates. Here by
 * itself, so that who checks tokens need not load the schemas.
 */
export const USER_ID_PATTERN = /^[\p{L}\p{N}._:@|+-]{1,128}$/u;
