using System.Security.Cryptography;
using System.Text;

namespace Tutti.Core.Session;

/// <summary>The word that proves that a result belongs to an attempt. Derived, so that a restart knows it again.</summary>
public static class Nonce
{
    /// <summary>32 hexadecimal digits, different for every attempt of every session.</summary>
    /// <param name="seed">The session's secret, from its first event.</param>
    /// <param name="task">Task id.</param>
    /// <param name="number">Number of the attempt.</param>
    public static string For(string seed, string task, int number)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{task}\n{number}"));
        return Convert.ToHexStringLower(hash.AsSpan(0, 16));
    }
}
