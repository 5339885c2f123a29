# Money is whole cents; this is the only place that makes text of it: 1234 is 12.34.
function money(cents) {
    return sprintf("%d.%02d", int(cents / 100), cents % 100)
}
