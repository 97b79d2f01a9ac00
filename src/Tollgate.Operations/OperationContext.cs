using System.Collections.Immutable;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Storage;

namespace Tollgate.Operations;

/// <summary>What every operation needs from its shell: where the data is, who asks, and what time it is.</summary>
/// <param name="Database">The opened, migrated database.</param>
/// <param name="Ids">Source of entity ids.</param>
/// <param name="Clock">The tenant's clock; only the host holds the real one.</param>
/// <param name="Tenant">Whose data.</param>
/// <param name="Actor">Who asks, for the audit log: <c>cli</c>, <c>api:KEY</c>, <c>console</c>, <c>system</c>.</param>
public sealed record OperationContext(Database Database, IdBlock Ids, IClock Clock, TenantId Tenant, string Actor)
{
    /// <summary>Now, at the grain of the databases.</summary>
    public Instant Now => TimeCodec.Truncate(Clock.GetCurrentInstant());
}

/// <summary>What a caller may do about a refusal.</summary>
public enum Retry
{
    /// <summary>The same request can never succeed.</summary>
    Never,
    /// <summary>The request may succeed once the named cause is mended.</summary>
    AfterCure,
    /// <summary>The same request may succeed at once or soon (a race was lost).</summary>
    Again,
}

/// <summary>A business "no": stable code, words with the cure, and what the caller may do. The API makes an RFC 9457 problem of
/// it.</summary>
/// <param name="Code">Stable, kebab-case, e.g. <c>unknown-customer</c>; listed in docs/reference/refusals.md.</param>
/// <param name="Message">One or two sentences: what is wrong and how to mend it.</param>
/// <param name="Retry">Whether trying again can help.</param>
/// <param name="Field">The request field it is about, or empty.</param>
public sealed record Refusal(string Code, string Message, Retry Retry = Retry.AfterCure, string Field = "")
{
    /// <summary>Everything that is wrong with the request, when more than one field may be; else empty.</summary>
    public ImmutableArray<FieldFault> Faults { get; init; } = [];
}

/// <summary>What is wrong with one field of a request.</summary>
/// <param name="Field">Its name as in the API, camelCase, e.g. <c>cycleDay</c>.</param>
/// <param name="Message">What is wrong, naming the value.</param>
/// <param name="Cure">How to mend it.</param>
public sealed record FieldFault(string Field, string Message, string Cure);

/// <summary>A value or a refusal, never both.</summary>
public sealed record Outcome<T>
{
    private Outcome(T? value, Refusal? refusal) => (Value, Refusal) = (value, refusal);

    /// <summary>The answer; meaningful when <see cref="Refusal"/> is null.</summary>
    public T? Value { get; }

    public Refusal? Refusal { get; }

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);
}

/// <summary>Progress of long work, for a bar in the terminal or a page.</summary>
/// <param name="Done">Units finished.</param>
/// <param name="Total">Units in all, 0 when unknown.</param>
/// <param name="What">Unit in plural, e.g. <c>records</c>.</param>
public readonly record struct Progress(long Done, long Total, string What);
