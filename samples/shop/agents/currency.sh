# Task currency: names the currency on the invoice. It claims no files, changes the line that task invoice changes, and
# takes longer: so it finishes second, and its landing conflicts.
set -eu
. "${0%/*}/common.sh"

say "looking for amounts"
say "reading src/invoice.awk"
say "comparing with other shops"
sed 's/"Total", money(total())/"Total", "EUR " money(total())/' src/invoice.awk >src/invoice.awk.new
mv src/invoice.awk.new src/invoice.awk
cat >tests/currency.test.sh <<'EOF'
. tests/expect.sh

expect "the total names its currency" "EUR 31.40" "$(./shop invoice tests/carts/small | tail -n 1 | grep -o 'EUR.*')"
EOF
say "running the tests"
./test.sh
say "done"
