#!/bin/sh
# Plays demo.yaml by hand with plain git, to prove that the sample does what the plan says: the base is green, each branch
# is green, the reviewer finds the flaw and its correction passes, payments fails, and currency and invoice do conflict.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
repo=$work/shop

# Nothing of the user's git reaches this, and nothing of this reaches the user's.
GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C PACE=0
export GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM LC_ALL PACE
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE 2>/dev/null || true

fail() {
    echo "check: $1" >&2
    [ ! -f "$work/log" ] || tail -n 20 "$work/log" >&2
    exit 1
}

# stage TASK STAGE SCRIPT: runs a scripted agent as Tutti would.
stage() {
    TUTTI_TASK=$1 TUTTI_STAGE=$2 TUTTI_NONCE=n-$1-$2 TUTTI_RESULT=$work/result.json TUTTI_BASE=$base
    export TUTTI_TASK TUTTI_STAGE TUTTI_NONCE TUTTI_RESULT TUTTI_BASE
    rm -f "$TUTTI_RESULT"
    (cd "$repo" && sh "$here/agents/$3.sh") >"$work/log" 2>&1
}

# commit TASK: commits what an agent left, and expects that it left or committed something.
commit() {
    git -C "$repo" add .
    git -C "$repo" diff --cached --quiet || git -C "$repo" commit -q -m "$1"
    [ "$(git -C "$repo" rev-parse HEAD)" != "$base" ] || fail "$1 changed nothing"
    (cd "$repo" && ./test.sh) >"$work/log" 2>&1 || fail "$1 is not green"
}

# develop TASK: a branch from the base, developed, committed, green.
develop() {
    git -C "$repo" checkout -q -b "$1" "$base"
    stage "$1" develop "$1" || fail "$1 did not end well"
    commit "$1"
}

# verdict EXPECTED: what the last stage's result says.
verdict() {
    grep -q "\"nonce\":\"$TUTTI_NONCE\",\"verdict\":\"$1\"" "$TUTTI_RESULT" || fail "$TUTTI_TASK: expected the verdict $1, got $(cat "$TUTTI_RESULT")"
}

merge() {
    git -C "$repo" merge -q --no-ff -m "Merge $1" "$1" >"$work/log" 2>&1
}

mkdir "$repo"
for entry in "$here"/* ; do
    case ${entry##*/} in demo.yaml | agents | check.sh | run) ;; *) cp -R "$entry" "$repo/" ;; esac
done
git -C "$repo" -c init.defaultBranch=main init -q
git -C "$repo" config user.name "Shop keeper"
git -C "$repo" config user.email shop@example.invalid
git -C "$repo" add .
git -C "$repo" commit -q -m "Open the shop"
(cd "$repo" && ./test.sh) >"$work/log" 2>&1 || fail "the base is not green"
base=$(git -C "$repo" rev-parse HEAD)

for task in discounts invoice currency; do
    develop "$task"
    stage "$task" review review || fail "the review of $task did not end well"
    verdict approved
done

develop rounding
stage rounding review review
verdict corrections_needed
stage rounding correct correct || fail "rounding was not corrected"
commit rounding
stage rounding review review
verdict approved

if stage payments develop payments; then fail "payments did not fail"; fi

git -C "$repo" checkout -q main
for task in discounts rounding invoice; do merge "$task" || fail "$task does not merge"; done
base=$(git -C "$repo" rev-parse HEAD)
develop coupons
git -C "$repo" checkout -q main
merge coupons || fail "coupons does not merge"
(cd "$repo" && ./test.sh) >"$work/log" 2>&1 || fail "everything together is not green"
if merge currency; then fail "currency and invoice do not conflict"; fi
git -C "$repo" status --porcelain | grep -q '^UU src/invoice.awk' || fail "the conflict is not where it should be"
echo "the sample does what its plan says"
