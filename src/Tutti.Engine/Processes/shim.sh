# Runs one attempt, in a session of its own, whatever becomes of the conductor that started it.
# $1 attempt folder, $2 stdin of the agent, $3 boot id, $4 process namespace; then the agent's program and its arguments.
# Lines that start with # are left out when Tutti reads this file. Names are prefixed: an assignment to a variable that
# came with the environment would change the agent's environment.
# A trap (not an ignored signal) keeps the shim alive at an interrupt of the group, and is reset in the agent.
trap : HUP INT QUIT TERM
tutti_dir=$1 tutti_in=$2 tutti_boot=$3 tutti_space=$4
shift 4
tutti_pick() { tutti_started=${20}; }
if [ -r "/proc/$$/stat" ]; then
  IFS= read -r tutti_started <"/proc/$$/stat"
# The program's name, in parentheses, may hold anything; after the last one come state, ppid, … and, 20th, the start time.
  tutti_pick ${tutti_started##*) }
else
  tutti_started=$(LC_ALL=C ps -o lstart= -p $$)
fi
# Creating process.json without clobbering is the claim: of any number of starts of an attempt, one gets past this line.
set -C
if ! printf '{"pid":%s,"started":"%s","boot":"%s","space":"%s","nonce":"%s"}\n' \
  "$$" "$tutti_started" "$tutti_boot" "$tutti_space" "$TUTTI_NONCE" >"$tutti_dir/process.json"; then
  [ -e "$tutti_dir/process.json" ] && exit 0
  exit 1
fi
set +C
# Room for the exit is taken now: what the agent is about to print or build may fill the disk, and its end would be lost.
printf '%120s\n' '' >"$tutti_dir/exit.json.new"
# From here on no pipe leads to the conductor; it takes the end of its pipe for the sign that process.json stands.
exec </dev/null >>"$tutti_dir/stdout" 2>>"$tutti_dir/stderr" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
# In the foreground, because a shell makes background commands ignore the interrupt; exec, so that no builtin is taken.
(exec "$@" <"$tutti_in")
tutti_code=$?
# What follows is not the agent: without the mark, no sweep mistakes it for a leftover.
unset TUTTI_NONCE
PATH=${PATH:-}:/usr/bin:/bin
# A shell cannot tell signal n from exit code 128 + n. Those that end programs in practice count as signals; 144 and up are
# codes of their own (gemini ends with the HTTP status modulo 256), but for XCPU, XFSZ and SYS.
tutti_signal=null
case $tutti_code in 129 | 13[0-9] | 14[0-3] | 152 | 153 | 159) tutti_signal=$((tutti_code - 128)) ;; esac
# Over the blanks, not in their place (1<> cuts nothing off): blanks after it are no part of what JSON says.
date -u "+{\"code\":$tutti_code,\"signal\":$tutti_signal,\"at\":\"%Y-%m-%dT%H:%M:%SZ\"}" 1<>"$tutti_dir/exit.json.new" ||
  printf '{"code":%s,"signal":%s}\n' "$tutti_code" "$tutti_signal" 1<>"$tutti_dir/exit.json.new"
exec mv -f "$tutti_dir/exit.json.new" "$tutti_dir/exit.json"
