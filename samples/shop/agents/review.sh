# Role review: reads the change, runs the tests, and knows one flaw when it sees it.
set -eu
. "${0%/*}/common.sh"

say "reviewing what changed since $(git rev-parse --short "$TUTTI_BASE")"
git diff --stat "$TUTTI_BASE" HEAD
if grep -n 'int(cents \* rate / 100)' src/percent.awk 2>/dev/null; then
    result corrections_needed "percentages lose cents" \
        '[{"severity":"major","file":"src/percent.awk","line":3,"message":"int() cuts cents off; round to the nearest cent, and test half a cent"}]'
else
    result approved "does what the task asks, with tests"
fi
