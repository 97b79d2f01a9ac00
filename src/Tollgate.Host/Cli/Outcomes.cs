using Tollgate.Operations;

namespace Tollgate.Host.Cli;

/// <summary>Business answers at the command line.</summary>
internal static class Outcomes
{
    /// <summary>The value, or the end of the command with the refusal's words and code.</summary>
    internal static T OrRefuse<T>(this Outcome<T> outcome) =>
        outcome.Refusal is { } refusal ? throw new CommandRefusedException($"{refusal.Message} [{refusal.Code}]") : outcome.Value!;
}
