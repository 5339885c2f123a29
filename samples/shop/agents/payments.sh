# Task payments: fails each time, as an agent does that cannot reach what it needs.
set -eu
. "${0%/*}/common.sh"

say "asking the payment provider for a sandbox"
echo "payments: connection refused by payments.invalid" >&2
exit 1
