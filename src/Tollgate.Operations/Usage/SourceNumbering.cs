using NodaTime;
using Tollgate.Mediation;
using Tollgate.Operations.Catalogs;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Charging;

namespace Tollgate.Operations.Usage;

/// <summary>How the numbers of a source are read when the source itself does not say.</summary>
internal static class SourceNumbering
{
    /// <summary>The source with the numbering of the catalogue in force, unless it has one of its own.</summary>
    internal static UsageSource In(this UsageSource source, CatalogueTimeline timeline, Instant now) =>
        source.Numbering is null && timeline.At(now) is { } entry
            ? source with { Numbering = entry.Compiled.Source.Numbering }
            : source;

    /// <summary>A source as its files are read now, or null.</summary>
    internal static async Task<UsageSource?> FindAsync(OperationContext context, string code, CancellationToken cancel)
    {
        var source = await SourceStore.FindAsync(context.Database, context.Tenant, code, cancel);
        return source is { Numbering: null } ? source.In(await CatalogueVersions.LoadAsync(context, cancel), context.Now) : source;
    }
}
