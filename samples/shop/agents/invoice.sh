# Task invoice: net amount and VAT on the invoice. Commits its work itself.
set -eu
. "${0%/*}/common.sh"

say "reading src/invoice.awk"
awk '
/"Total", money\(total\(\)\)/ {
    print "    vat = int(total() * 20 / 120 + 0.5)"
    print "    printf \"      %-20s %10s\\n\", \"Net\", money(total() - vat)"
    print "    printf \"      %-20s %10s\\n\", \"VAT 20 %\", money(vat)"
    sub(/"Total"/, "\"Total with VAT\"")
}
{ print }
' src/invoice.awk >src/invoice.awk.new
mv src/invoice.awk.new src/invoice.awk
say "writing tests"
cat >tests/vat.test.sh <<'EOF'
. tests/expect.sh

invoice=$(./shop invoice tests/carts/small)
expect "the net amount is shown" "      Net                       26.17" "$(echo "$invoice" | grep Net)"
expect "VAT is shown" "      VAT 20 %                   5.23" "$(echo "$invoice" | grep 'VAT 20')"
expect "the total comes last" "      Total with VAT            31.40" "$(echo "$invoice" | tail -n 1)"
EOF
./test.sh
say "committing"
git add src/invoice.awk tests/vat.test.sh
git commit -q -m "Show net amount and VAT on the invoice"
