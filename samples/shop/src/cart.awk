# Reads the price list, then a cart; gives count, code[i], amount[i], and the sum of a position.
FILENAME == ARGV[1] {
    split($0, field, ";")
    price[field[1]] = field[2]
    name[field[1]] = field[3]
    next
}

/^#/ || NF == 0 { next }

!($1 in price) {
    print "no such article: " $1 > "/dev/stderr"
    wrong = 1
    exit 1
}

{
    code[++count] = $1
    amount[count] = $2
}

function position(i) {
    return price[code[i]] * amount[i]
}

function total(    i, sum) {
    for (i = 1; i <= count; i++) sum += position(i)
    return sum
}
