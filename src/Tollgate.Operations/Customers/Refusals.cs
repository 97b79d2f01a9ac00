using NodaTime;
using NodaTime.Text;

namespace Tollgate.Operations.Customers;

/// <summary>Refusals that many operations share.</summary>
internal static class Refusals
{
    /// <param name="field">The request's field that names it; empty: the request is about it.</param>
    internal static Refusal Unknown(string what, object id, string field = "") =>
        new($"unknown-{what}", $"There is no {what} {id}. Check the id.", Retry.AfterCure, field);

    internal static Refusal AlreadyEnded(string what, object id, Instant at) =>
        new("already-ended", $"The {what} {id} has an end already: {InstantPattern.ExtendedIso.Format(at)}.", Retry.Never);

    internal static Refusal AlreadyEnded(string what, object id, LocalDate on) =>
        new("already-ended", $"The {what} {id} has an end already: {LocalDatePattern.Iso.Format(on)}.", Retry.Never);

    internal static Refusal EndsBeforeStart(string what, object id, Instant start) =>
        new("ends-before-start",
            $"The {what} {id} starts at {InstantPattern.ExtendedIso.Format(start)}. Give an end that is later.",
            Retry.AfterCure, "at");
}
