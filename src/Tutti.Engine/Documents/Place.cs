namespace Tutti.Engine.Documents;

/// <summary>Where something stands: a file and a line, or a named thing without lines (an environment variable).</summary>
/// <param name="Source">The file as the user knows it, for example <c>.tutti.yaml</c>.</param>
/// <param name="Line">Counted from 1; 0 where there are no lines.</param>
public readonly record struct Place(string Source, int Line)
{
    /// <summary><c>.tutti.yaml line 7</c>, or the source alone.</summary>
    public override string ToString() => Line > 0 ? $"{Source} line {Line}" : Source;
}
