# What the scripted agents share. They run in the task's worktree, as Tutti runs any shell agent.

# say TEXT: one line of progress, and a moment for the display to show it. PACE is the moment's seconds.
say() {
    echo "$TUTTI_TASK: $1"
    sleep "${PACE:-0.4}" 2>/dev/null || sleep 1
}

# result VERDICT SUMMARY [CORRECTIONS]: the stage's result; the last is a JSON list. The texts hold no quotes.
result() {
    printf '{"nonce":"%s","verdict":"%s","summary":"%s","confidence":90,"corrections":%s}\n' \
        "$TUTTI_NONCE" "$1" "$2" "${3:-[]}" >"$TUTTI_RESULT"
}
