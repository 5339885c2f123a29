using System.Collections.Frozen;

namespace Tutti.Core.Plan;

/// <summary>The words by which the splitter finds its way through an English request.</summary>
internal static class RequestWords
{
    /// <summary>Verbs that open a task and are hardly ever anything else.</summary>
    public static readonly FrozenSet<string> Verbs = Set(
        """
        add adapt adjust allow apply automate avoid bring bump clean cleanup clarify collect configure connect convert correct create debug decouple
        delete deploy deprecate describe detect develop disable display drop eliminate enable enforce ensure establish expose extend extract finalize
        finish fix generate get give handle harden implement improve inspect install integrate introduce investigate isolate keep launch localize make
        merge migrate minimize modernize modify optimize polish port prepare prevent provide publish redesign reduce refactor remove rename render
        reorganize repair replace research resolve restore restructure rewrite run secure send separate set setup ship show simplify solve speed split
        standardize start stop streamline strip switch throw tidy translate troubleshoot turn tweak unify update upgrade use validate verify wire write
        """);

    /// <summary>Verbs that are nouns as often ("search pages", "a build"); they open a task only where the words around say so.</summary>
    public static readonly FrozenSet<string> MaybeVerbs = Set(
        """
        access analyze audit back backup benchmark build bundle cache change check compress copy cover design document download edit encrypt export
        extend filter format group guard guide import index input label lint list load lock log map mark measure mock model monitor move name notify
        order package paginate parse plan process profile query read release report reset review rollback rollout scale schedule search seed share sign
        sort stage store study style support sync tag test trace track type upload view wrap
        """);

    /// <summary>Words that make what stands before them a verb: "document the API".</summary>
    public static readonly FrozenSet<string> Determiners = Set(
        "the a an all any both each every everything it its them their this that these those our my your some new existing how what which whether where when if for");

    /// <summary>Words with which no task opens: what follows explains or limits what stands before, or what comes next.</summary>
    public static readonly FrozenSet<string> Leaders = Set(
        """
        after before once when whenever while if unless until since because as so although though by with without within using via for from to into onto in on at of
        per given during instead including such like e.g. i.e. e.g i.e which that who where or but not it this these those they he she we i you there its their the a an
        """);

    /// <summary>Words at which the object of a task ends: "write tests | for the parser".</summary>
    public static readonly FrozenSet<string> Prepositions = Set(
        "with without for in into to of on onto from using via by at against so that which and or including about under across after before when where within through as");

    /// <summary>Abbreviations whose dot ends no sentence.</summary>
    public static readonly FrozenSet<string> Abbreviations = Set("e.g i.e etc vs cf no fig mr mrs dr st approx resp incl min max ca");

    /// <summary>Words at the start of a task that say nothing about it.</summary>
    public static readonly FrozenSet<string> Fillers = Set(
        "please also and then next finally lastly afterwards afterward subsequently first firstly second secondly third thirdly additionally plus meanwhile now just simply kindly too again lets let's");

    /// <summary>Fillers that put a task behind those before it.</summary>
    public static readonly FrozenSet<string> Followers = Set("then next finally lastly afterwards afterward subsequently");

    /// <summary>Openings of a request that are no part of any task, longest first.</summary>
    public static readonly string[] Openings =
    [
        "i would like you to ", "i'd like you to ", "would you please ", "could you please ", "can you please ", "i would like to ", "your task is to ",
        "i want you to ", "i need you to ", "we would like to ", "i'd like to ", "we want to ", "we need to ", "i want to ", "i need to ", "you should ",
        "we should ", "we have to ", "we must ", "help me to ", "help me ", "would you ", "could you ", "can you ", "let's ", "lets ", "your job is to ",
        "make sure to ", "remember to ", "don't forget to ", "go ahead and ",
    ];

    /// <summary>Small words that do not help an id.</summary>
    public static readonly FrozenSet<string> Stop = Set("the a an all any of for in on at to from with and or by our my your its their this that it them everything into new please some up");

    public static bool IsVerb(string word) => Verbs.Contains(word) || MaybeVerbs.Contains(word);

    private static FrozenSet<string> Set(string words) =>
        words.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
