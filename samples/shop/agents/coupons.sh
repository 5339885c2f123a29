# Task coupons: builds on what task discounts landed.
set -eu
. "${0%/*}/common.sh"

say "reading src/discounts.awk, which has landed"
[ -f src/discounts.awk ]
cat >src/coupons.awk <<'EOF'
# A coupon takes a fixed amount off what the discounts leave, and never gives money back.
function coupon(word) {
    return word == "WELCOME" ? 500 : 0
}

function to_pay(word,    left) {
    left = discounted() - coupon(word)
    return left > 0 ? left : 0
}
EOF
cat >src/commands/coupon.sh <<'EOF'
# shop coupon CART CODE: what a cart costs with a coupon.
awk -v coupon_code="$2" -f "$home/src/money.awk" -f "$home/src/cart.awk" -f "$home/src/discounts.awk" -f "$home/src/coupons.awk" \
    -f /dev/stdin "$home/prices.csv" "$1" <<'END'
END { if (!wrong) print money(to_pay(coupon_code)) }
END
EOF
cat >tests/coupons.test.sh <<'EOF'
. tests/expect.sh

expect "a coupon comes on top of discounts" 50.60 "$(./shop coupon tests/carts/large WELCOME)"
expect "an unknown coupon changes nothing" 55.60 "$(./shop coupon tests/carts/large LATER)"
EOF
say "running the tests"
./test.sh
result done "coupons on top of discounts, with tests"
