using Tollgate.Operations;

namespace Tollgate.Host.Cli;

/// <summary>Business answers at the command line.</summary>
internal static class Outcomes
{
    /// <summary>The value, or the end of the command with the refusal's words and code.</summary>
    internal static T OrRefuse<T>(this Outcome<T> outcome) =>
        outcome.Refusal is { } refusal
            ? throw new CommandRefusedException($"{refusal.Message} [{refusal.Code}]") : outcome.Value!;

    /// <summary>The same for an answer that is on its way.</summary>
    internal static async Task<T> OrRefuseAsync<T>(this Task<Outcome<T>> outcome) => (await outcome).OrRefuse();
}
