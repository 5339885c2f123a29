# shop invoice CART: a cart line by line.
awk -f "$home/src/money.awk" -f "$home/src/cart.awk" -f "$home/src/invoice.awk" "$home/prices.csv" "$1"
