END {
    if (!wrong) print money(total())
}
