# shop total CART: what a cart costs.
awk -f "$home/src/money.awk" -f "$home/src/cart.awk" -f "$home/src/total.awk" "$home/prices.csv" "$1"
