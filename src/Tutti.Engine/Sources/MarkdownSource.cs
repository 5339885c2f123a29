using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Engine.Documents;

namespace Tutti.Engine.Sources;

/// <summary>
/// Check-boxes of a Markdown file. A box depends on the boxes below it. Ids are places (<c>2</c>, <c>2.1</c>) unless the
/// text says <c>(id: login)</c>, which also survives a change of its text during a run; a place survives one of the others. A tag is a <c>#word</c> in the text.
/// </summary>
public sealed class MarkdownSource : ITaskSource
{
    public string Name => "markdown";

    public bool IsWritable => true;

    public string? Find(string folder) =>
        SourceFile.Find(folder, "TASKS.md", "tasks.md", "TODO.md", "todo.md", "PLAN.md", "plan.md", "docs/TASKS.md", "docs/TODO.md");

    public SourceTasks Read(string file, string? tag)
    {
        var items = MarkdownList.Parse(SourceFile.Read(file), file);
        var texts = items.ToDictionary(item => item, item => MarkdownText.Parse(item.Text));
        var ids = Ids(items, texts, file);
        var known = ids.Values.ToHashSet(StringComparer.Ordinal);
        var tasks = items.Select(item => Task(item, texts[item], ids, known, file)).ToList();
        var statuses = items.ToDictionary(item => ids[item], item => Status(item.Mark), StringComparer.Ordinal);
        var chosen = tag is null ? tasks : [.. tasks.Where((_, index) => HasTag(items[index], texts, tag))];
        if (tag is not null && chosen.Count == 0)
            throw FailureException.Input("tag_unknown", $"no check-box of {file} has #{tag}", Nearest.Hint(tag.TrimStart('#'), [.. texts.Values.SelectMany(text => text.Tags).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)]));
        return new SourceTasks(Name, file, tag, chosen, statuses, new Dictionary<string, IReadOnlyList<TaskSpec>>());
    }

    /// <summary>Ticks the box of a task that is done, and unticks it where that is taken back, changing that one byte; other statuses have no place in a box.</summary>
    /// <inheritdoc cref="ITaskSource.Tell"/>
    public void Tell(string file, string? tag, string taskId, SourceStatus status, string? title = null, SourceStatus? before = null)
    {
        // A box is ticked, and unticked where the tick is ours: a person's stays.
        if (status != SourceStatus.Done && before != SourceStatus.Done)
            return;
        SourceFile.Update(file, bytes =>
        {
            var item = Box(MarkdownList.Parse(bytes, file), taskId, title) ?? throw FailureException.Input(
                "task_unknown",
                $"there is no task '{DocumentFailure.Shown(taskId)}' in {file} any more",
                "mark it by hand; an id in its text stays with it when the list is changed: (id: login)");
            if (Status(item.Mark) == SourceStatus.Done == (status == SourceStatus.Done))
                return bytes;
            var marked = bytes.ToArray();
            marked[item.MarkAt] = (byte)(status == SourceStatus.Done ? 'x' : ' ');
            return marked;
        });
    }

    // A list that was changed meanwhile may have another task in the same place: then the one box of that title is meant.
    private static MarkdownItem? Box(IReadOnlyList<MarkdownItem> items, string taskId, string? title)
    {
        var texts = items.ToDictionary(item => item, item => MarkdownText.Parse(item.Text));
        bool IsMeant(MarkdownItem item) => title is null || texts[item].Id is not null || Title(texts[item], taskId) == title;
        if (items.FirstOrDefault(item => (texts[item].Id ?? item.Number) == taskId) is { } there && IsMeant(there))
            return there;
        return title is not null && items.Where(item => texts[item].Id is null && Title(texts[item], taskId) == title).Take(2).ToList() is [var moved] ? moved : null;
    }

    private static string Title(MarkdownText text, string id) => JsonSource.OneLine(text.Title) is { Length: > 0 } title ? title : $"Task {id}";

    private static SourceStatus Status(char mark) => mark switch
    {
        'x' or 'X' => SourceStatus.Done,
        '-' => SourceStatus.Cancelled,
        '/' or '~' => SourceStatus.InProgress,
        _ => SourceStatus.Pending,
    };

    private static Dictionary<MarkdownItem, string> Ids(
        IReadOnlyList<MarkdownItem> items, Dictionary<MarkdownItem, MarkdownText> texts, string file)
    {
        var ids = new Dictionary<MarkdownItem, string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            ids[item] = texts[item].Id ?? item.Number;
            if (!seen.Add(ids[item]))
                throw FailureException.Input("task_duplicate", $"the id '{DocumentFailure.Shown(ids[item])}' is there twice ({file} line {item.Line})");
        }

        return ids;
    }

    private static TaskSpec Task(MarkdownItem item, MarkdownText text, Dictionary<MarkdownItem, string> ids, HashSet<string> known, string file)
    {
        var id = ids[item];
        foreach (var dependency in text.DependsOn.Where(dependency => !known.Contains(dependency)))
        {
            throw FailureException.Input(
                "task_unknown",
                $"task {DocumentFailure.Shown(id)} depends on '{DocumentFailure.Shown(dependency)}', which is not there ({file} line {item.Line})",
                Nearest.To(dependency, known) is { } near ? $"did you mean '{near}'?" : "a task without (id: …) is known by its place: 1, 2, 2.1");
        }

        return new TaskSpec
        {
            Id = id,
            Title = Title(text, id),
            Description = SourceText.Unindent(item.Lines),
            DependsOn = [.. text.DependsOn.Concat(item.Children.Select(child => ids[child])).Distinct(StringComparer.Ordinal)],
            Priority = text.Priority ?? Priority.Medium,
            Files = text.Files,
            Milestone = item.Heading,
        };
    }

    private static bool HasTag(MarkdownItem? item, Dictionary<MarkdownItem, MarkdownText> texts, string tag)
    {
        for (; item is not null; item = item.Parent)
        {
            if (texts[item].Tags.Contains(tag.TrimStart('#'), StringComparer.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
