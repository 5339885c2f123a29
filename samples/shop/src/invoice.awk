END {
    if (wrong) exit 1
    print "INVOICE"
    for (i = 1; i <= count; i++)
        printf "%4d  %-20s %10s\n", amount[i], name[code[i]], money(position(i))
    printf "      %-20s %10s\n", "Total", money(total())
}
