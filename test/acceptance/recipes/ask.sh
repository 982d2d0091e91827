#!/bin/sh
# Uploads a file and asks one question: sh ask.sh sales.csv "SELECT count(*) FROM sales"
# CUBBY_URL is the API's address; CUBBY_TOKEN may be missing where guests are allowed.
set -eu
answer=$(curl -sSf ${CUBBY_TOKEN:+-H "Authorization: Bearer $CUBBY_TOKEN"} -F "file=@$1" "$CUBBY_URL/upload")
field() { printf '%s' "$answer" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
session=$(field session_id)
token=${CUBBY_TOKEN:-$(field session_token)}
sql=$(printf '%s' "$2" | sed 's/\\/\\\\/g; s/"/\\"/g')
curl -sSf -H "Authorization: Bearer $token" -H "Content-Type: application/json" \
  -d "{\"sql\": \"$sql\", \"format\": \"csv\"}" "$CUBBY_URL/v1/sessions/$session/query"
curl -sSf -o /dev/null -X DELETE -H "Authorization: Bearer $token" "$CUBBY_URL/v1/sessions/$session"
