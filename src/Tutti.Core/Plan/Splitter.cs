using System.Text;

namespace Tutti.Core.Plan;

/// <summary>
/// Makes a plan from a request without any agent (SPEC 3.2): the same request always gives the same plan. It knows English
/// words; a request in another language is cut where its punctuation and lists cut it.
/// </summary>
public static class Splitter
{
    private const int MaxSlug = 40;
    private const int MaxSlugWords = 4;
    private const int MaxContext = 4000; // characters of the whole request told to each part

    /// <summary>The tasks of a request, with their order; a plan without tasks when there is nothing to do in it.</summary>
    public static PlanSpec Split(string request)
    {
        var parts = RequestParts.Of(request);
        var kinds = parts.Select(part => RequestKind.Of(part.Title)).ToList();
        var waits = RequestOrder.Of(parts, kinds);
        var ids = Ids(parts);
        return new PlanSpec { Tasks = [.. parts.Select((part, i) => Task(request, part, parts.Count, kinds[i], ids[i], [.. waits[i].Select(at => ids[at])]))] };
    }

    private static TaskSpec Task(string request, RequestPart part, int count, WorkKind kind, string id, IReadOnlyList<string> dependsOn) => new()
    {
        Id = id,
        Title = part.Title,
        Description = count == 1 ? request.Trim() : part.Text + Context(request),
        DependsOn = dependsOn,
        Priority = RequestKind.PriorityOf(part.Text),
        WorkType = RequestKind.WorkTypeOf(kind, part.Title),
    };

    // An agent that only hears "test it" must know what it is.
    private static string Context(string request)
    {
        var text = request.Trim();
        return text.Length > MaxContext ? "" : $"\n\nThis is one part of a larger request; the other parts are done separately:\n> {text.ReplaceLineEndings("\n> ")}";
    }

    private static List<string> Ids(IReadOnlyList<RequestPart> parts)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var ids = new List<string>();
        foreach (var part in parts)
        {
            var slug = Slug(part.Title) is { Length: > 0 } made ? made : $"task-{ids.Count + 1}";
            var id = slug;
            for (var n = 2; !taken.Add(id); n++)
                id = $"{slug}-{n}";
            ids.Add(id);
        }

        return ids;
    }

    // "Implement user auth" is user-auth: the verb says least, unless it is all there is.
    private static string Slug(string title)
    {
        var words = RequestText.Words(title).ConvertAll(Plain).Where(word => word.Length > 0).ToList();
        var telling = words.Where((word, index) => !RequestWords.Stop.Contains(word) && !(index == 0 && RequestWords.IsVerb(word))).ToList();
        var slug = new StringBuilder();
        foreach (var word in (telling.Count > 0 ? telling : words).Take(MaxSlugWords))
        {
            if (slug.Length > 0 && slug.Length + word.Length >= MaxSlug)
                break;
            slug.Append(slug.Length > 0 ? "-" : "").Append(word.AsSpan(0, Math.Min(word.Length, MaxSlug)));
        }

        return slug.ToString().Trim('-');
    }

    private static string Plain(string word)
    {
        var letters = new string([.. word.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]);
        return string.Join('-', letters.Split('-', StringSplitOptions.RemoveEmptyEntries));
    }
}
