namespace Tutti.Engine.Config;

/// <summary>The <c>.tutti.yaml</c> that <c>tutti init</c> writes.</summary>
public static class SettingsTemplate
{
    /// <summary>
    /// Every key with its default or an example, commented out: lines that begin with <c># </c> are settings once that is
    /// taken away, lines that begin with <c>## </c> are words.
    /// </summary>
    public const string Text =
        """
        ## Tutti's configuration for this repository. Every line is optional; take away "# " to use one.
        ## Your own defaults go to ~/.config/tutti/config.yaml, with the same keys. Later wins: that file,
        ## this file, the environment (TUTTI_MAX_AGENTS, TUTTI_LIMITS_ATTEMPT, ...), the command line.

        ## A base for what is not said here: conservative, balanced, aggressive, ci, or one of your own (see the end).
        # profile: balanced

        ## How much at once.
        # max_agents: 5               # agents at once, never exceeded
        # min_tasks: 3                # fewest independent tasks worth running at once
        # parallel: true              # false runs everything one after the other
        # boundary: none              # group: stop and hand over after each parallel group

        ## What every task must pass: run by Tutti on each branch, and on every merged state before the target moves.
        # setup: ["npm ci"]           # once in each slot, again in every fresh tree
        # verify: ["npm test"]
        # copy: [".env"]              # ignored files that a slot needs

        ## Where the work goes.
        # target: main                # by default the current branch
        # branch: "feature/task-{id}" # {session} and {title} may be in it too
        # land: automatic             # review: stop with an integration branch ready; manual: leave the branches;
                                      # pr: push the integration branch and open a pull request with gh
        # merge_style: merge          # a merge commit for each task; squash: one plain commit; rebase: its commits one by one
        # merge_message: "Merge {branch}: {title}"  # {id}, {target}, {session} and {summary} may be in it too
        # verify_slots: 2             # merges verified at once before they land
        # forecast: warn              # of two branches that will collide, the later is told (warn), waits for the first (wait), or then merges it in (stack)
        # auto_cleanup: true          # delete merged branches and release their slots

        ## Who works. Kinds: claude, codex, opencode, gemini, acp, shell; by default the first one installed.
        # agent: claude
        # roles:
        #   develop: { agent: claude, model: sonnet }
        #   review: codex
        #   qa: { agent: shell, run: "./qa.sh" }  # none skips the role
        # agents:
        #   claude: { command: claude, model: sonnet, args: ["--permission-mode", "acceptEdits"] }
        #   mybot: { kind: acp, command: "mybot --acp", env: { MYBOT_MODE: fast }, provider: anthropic, config: user }

        ## What keeps agents in their slots: bwrap (package bubblewrap; Linux) makes the rest read-only or hidden.
        # sandbox: none               # bwrap, or { kind: bwrap, network: off, write: ["~/.cache/npm"], hide: ["~/private"] }

        ## How strictly.
        # review: balanced            # strict, balanced, lenient
        # coverage: 80                # test coverage asked of developers, in percent

        ## Where it ends.
        # budget: { usd: 20, tokens: 5000000, task_usd: 5, task_tokens: 1000000 }  # of the session, and of each task; by default none
        # limits:
        #   attempt: 1h               # longest time of one attempt
        #   stall: 5m                 # longest time an attempt may print nothing
        #   verify: 30m               # longest time of the setup or verify commands
        #   review_rounds: 3
        #   retries: 3                # attempts of one stage before the task fails
        #   backoff: 2s               # first wait before another attempt; doubles up to backoff_max
        #   backoff_max: 1m
        #   memory_per_agent: 512MB   # free memory that each further agent must find
        #   min_free_disk: 1GB        # below this nothing starts
        #   heartbeat: 30s            # an agent that lets nothing be heard three times is shown as unhealthy
        #   context: 80               # percent of its context from which on an agent hands over to a fresh one
        #   quota_wait: 1m            # first wait for a quota whose end nobody tells; doubles each time
        #   grace: 5s                 # between the interrupt and the kill of an attempt

        ## Slots: one worktree for each agent at work.
        # worktrees: { root: ../myrepo.worktrees, pool: 8 }

        ## Programs that are given JSON on stdin.
        # hooks:
        #   session_start: ./hooks/start.sh
        #   task_done: ./hooks/task.sh
        #   session_end: ./hooks/end.sh

        # display: compact            # compact, detailed, plain, json

        ## Profiles of your own, with any of the keys above.
        # profiles:
        #   night: { max_agents: 8, review: strict, budget: { usd: 50 } }

        """;
}
