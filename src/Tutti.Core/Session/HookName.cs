namespace Tutti.Core.Session;

/// <summary>The points of a session at which a hook may run, by their names in the settings.</summary>
public static class HookName
{
    public const string SessionStart = "session_start";
    public const string TaskDone = "task_done";
    public const string SessionEnd = "session_end";
}
