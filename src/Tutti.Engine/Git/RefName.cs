namespace Tutti.Engine.Git;

/// <summary>The rules of <c>git check-ref-format</c>, without a process (https://git-scm.com/docs/git-check-ref-format).</summary>
public static class RefName
{
    // A ref is a file, and git writes NAME.lock beside it: 255 bytes for a file's name, less 5.
    private const int MaxPartBytes = 250;
    private const int MaxBytes = 1024;

    /// <summary>Why git would not take a short branch name (<c>feature/x</c>), in words after "it"; null when it would.</summary>
    public static string? BranchProblem(string name) => name switch
    {
        "" => "is empty",
        "HEAD" => "is HEAD",
        "@" => "is @",
        ['-', ..] => "starts with -",
        _ => Problem(name),
    };

    private static string? Problem(string name)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(name) > MaxBytes)
            return $"is longer than {MaxBytes} bytes";
        foreach (var c in name)
        {
            if (c is < ' ' or '\x7f')
                return "has a control character";
            if (c is ' ' or '~' or '^' or ':' or '?' or '*' or '[' or '\\')
                return $"has '{c}'";
        }

        if (name.Contains("..", StringComparison.Ordinal))
            return "has '..'";
        if (name.Contains("@{", StringComparison.Ordinal))
            return "has '@{'";
        if (name.EndsWith('.'))
            return "ends with '.'";
        return name.Split('/').Select(PartProblem).FirstOrDefault(problem => problem is not null);
    }

    private static string? PartProblem(string part) => part switch
    {
        "" => "has an empty part between slashes",
        ['.', ..] => "has a part that starts with '.'",
        _ when part.EndsWith(".lock", StringComparison.Ordinal) => "has a part that ends with '.lock'",
        _ when System.Text.Encoding.UTF8.GetByteCount(part) > MaxPartBytes => $"has a part longer than {MaxPartBytes} bytes",
        _ => null,
    };
}
