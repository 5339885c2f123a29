using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Config;
using Tutti.Engine.Journal;

namespace Tutti.Commands;

/// <summary>What is masked in what a session's agents print. The journal has the names of their secret variables; the files have the values.</summary>
internal sealed class SessionSecrets(Workplace place)
{
    private Settings? _settings;
    private Secrets _secrets = Secrets.OfProcess;

    /// <summary>Those of a session as it is now; files are read only where its agents have variables of their own, and once.</summary>
    public Secrets Of(SessionState state)
    {
        if (!ReferenceEquals(_settings, state.Settings))
            (_settings, _secrets) = (state.Settings, Known(state.Settings));
        return _secrets;
    }

    private Secrets Known(Settings settings)
    {
        if (!settings.Agents.Values.Any(agent => agent.Env is { Count: > 0 }))
            return Secrets.OfProcess;
        var known = Secrets.OfProcess.And(settings);
        try
        {
            return known.And(SettingsLoader.Load(place.Sources(s => s)).Settings);
        }
        catch (FailureException)
        {
            // The files are broken, which whoever needs them says; what looks like a secret is masked all the same.
            return known;
        }
    }
}
