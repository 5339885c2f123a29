# Role correct: does what the reviewer asked of task rounding, the only one with anything to correct.
set -eu
. "${0%/*}/common.sh"

[ "$TUTTI_TASK" = rounding ] || { echo "nothing to correct in $TUTTI_TASK"; exit 1; }
say "reading the review: cents are cut off"
sed 's|int(cents \* rate / 100)|int(cents * rate / 100 + 0.5)|' src/percent.awk >src/percent.awk.new
mv src/percent.awk.new src/percent.awk
cat >tests/percent.test.sh <<'EOF'
. tests/expect.sh

expect "ten percent" 100 "$(value percent.awk 'percent(1000, 10)')"
expect "half a cent is rounded up" 3 "$(value percent.awk 'percent(25, 10)')"
expect "less than half a cent is rounded down" 2 "$(value percent.awk 'percent(24, 10)')"
EOF
say "running the tests"
./test.sh
result done "percentages are rounded to the nearest cent"
