# Task rounding: percentages of money. Its first version cuts cents off instead of rounding, and its tests do not notice;
# the reviewer does.
set -eu
. "${0%/*}/common.sh"

say "writing src/percent.awk"
cat >src/percent.awk <<'EOF'
# A percentage of an amount, in whole cents.
function percent(cents, rate) {
    return int(cents * rate / 100)
}
EOF
cat >tests/percent.test.sh <<'EOF'
. tests/expect.sh

expect "ten percent" 100 "$(value percent.awk 'percent(1000, 10)')"
EOF
say "running the tests"
./test.sh
