# Task discounts: ten or more of an article cost a tenth less. Leaves its work uncommitted; Tutti commits it.
set -eu
. "${0%/*}/common.sh"

say "reading src/cart.awk"
cat >src/discounts.awk <<'EOF'
# Ten or more of one article cost a tenth less, rounded in the shop's favour.
function discount(    i, sum) {
    for (i = 1; i <= count; i++)
        if (amount[i] >= 10) sum += int(position(i) / 10)
    return sum
}

function discounted() {
    return total() - discount()
}
EOF
say "writing the command and its tests"
cat >src/commands/discount.sh <<'EOF'
# shop discount CART: what a cart costs when quantity is rewarded.
awk -f "$home/src/money.awk" -f "$home/src/cart.awk" -f "$home/src/discounts.awk" -f /dev/stdin "$home/prices.csv" "$1" <<'END'
END { if (!wrong) print money(discounted()) }
END
EOF
cat >tests/discounts.test.sh <<'EOF'
. tests/expect.sh

expect "ten or more cost a tenth less" 55.60 "$(./shop discount tests/carts/large)"
expect "fewer cost what they cost" 31.40 "$(./shop discount tests/carts/small)"
EOF
say "running the tests"
./test.sh
result done "quantity discounts, with tests"
