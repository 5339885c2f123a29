using System.CommandLine;
using Tutti.Core;

namespace Tutti.Commands;

/// <summary><c>tutti completions</c>: what makes a shell complete tutti's words. The scripts ask <c>tutti complete</c>, and so never age.</summary>
internal static class CompletionsCommand
{
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            # Completes tutti's words in bash. For every shell: tutti completions bash >~/.local/share/bash-completion/completions/tutti
            _tutti() {
                local IFS=$'\n'
                COMPREPLY=($("${COMP_WORDS[0]}" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
            }
            complete -o default -F _tutti tutti

            """,
        ["zsh"] = """
            #compdef tutti
            # Completes tutti's words in zsh. For every shell: tutti completions zsh >FOLDER/_tutti, with a FOLDER of your $fpath.
            _tutti() {
                local -a found
                found=("${(@f)$("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
                if [[ -n "${found[1]}" ]]; then compadd -a found; else _files; fi
            }
            if [ "$funcstack[1]" = "_tutti" ]; then _tutti "$@"; else compdef _tutti tutti; fi

            """,
        ["fish"] = """
            # Completes tutti's words in fish. For every shell: tutti completions fish >~/.config/fish/completions/tutti.fish
            complete -c tutti -a '(set -l said (commandline -opc); $said[1] complete -- $said[2..] (commandline -ct) 2>/dev/null)'

            """,
    };

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { HelpName = "SHELL", Description = "bash, zsh or fish" };
        shell.CompletionSources.Add([.. Scripts.Keys]);
        var command = new Command("completions", "Print a script that makes a shell complete tutti's commands, options and ids.") { shell };
        command.SetAction((parsed, _) => RunAsync(parsed.GetRequiredValue(shell)));
        return command;
    }

    private static async Task<int> RunAsync(string shell)
    {
        if (!Scripts.TryGetValue(shell, out var script))
            throw FailureException.Input("shell_unknown", $"there are no completions for '{shell}'", Nearest.Hint(shell, Scripts.Keys));
        await Console.Out.WriteAsync(script);
        return ExitCodes.AllDone;
    }
}
