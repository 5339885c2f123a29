#!/bin/sh
# Runs every file of tests and says how many expectations held. With names, only those: ./test.sh money total
set -u

cd "$(dirname "$0")" || exit 1
tally=$(mktemp)
trap 'rm -f "$tally"' EXIT
export tally
[ $# -gt 0 ] || set -- $(cd tests && ls ./*.test.sh | sed 's|^\./||; s|\.test\.sh$||')
for name in "$@"; do
    sh "tests/$name.test.sh" || echo broken >>"$tally"
done
failed=$(grep -c -v '^ok$' "$tally")
echo "$(grep -c '^ok$' "$tally") passed, $failed failed"
[ "$failed" -eq 0 ]
