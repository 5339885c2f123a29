# What the tests share; run from the shop's folder by test.sh, which names the file of results in $tally.

# expect WHAT EXPECTED ACTUAL: one expectation.
expect() {
    if [ "$2" = "$3" ]; then
        echo ok >>"$tally"
    else
        printf 'FAILED: %s\n  expected: %s\n  actual:   %s\n' "$1" "$2" "$3" >&2
        echo failed >>"$tally"
    fi
}

# value FILE EXPRESSION: what an awk expression gives with the functions of src/FILE and src/money.awk.
value() {
    { [ "$1" = money.awk ] || cat src/money.awk; cat "src/$1"; echo "BEGIN { print $2 }"; } >"$tally.awk"
    awk -f "$tally.awk" </dev/null
    rm -f "$tally.awk"
}
