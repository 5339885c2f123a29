# shop list: the price list.
awk -F ';' -f "$home/src/money.awk" -f /dev/stdin "$home/prices.csv" <<'EOF'
{ printf "%-8s %8s  %s\n", $1, money($2), $3 }
EOF
