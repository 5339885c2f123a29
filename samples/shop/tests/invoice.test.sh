. tests/expect.sh

expect "an invoice starts with its name" INVOICE "$(./shop invoice tests/carts/small | head -n 1)"
expect "each position has a line" "   2  Mug                       19.90" "$(./shop invoice tests/carts/small | grep Mug)"
