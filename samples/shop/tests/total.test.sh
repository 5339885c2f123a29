. tests/expect.sh

expect "a cart's positions are added up" 31.40 "$(./shop total tests/carts/small)"
expect "a larger cart too" 57.90 "$(./shop total tests/carts/large)"
expect "an unknown article is named" "no such article: samovar" "$(./shop total tests/carts/unknown 2>&1)"
./shop total tests/carts/unknown >/dev/null 2>&1
expect "an unknown article is an error" 1 $?
