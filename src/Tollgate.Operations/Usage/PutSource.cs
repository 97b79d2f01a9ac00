using Tollgate.Mediation;
using Tollgate.Mediation.Layouts;
using Tollgate.Storage.Charging;

namespace Tollgate.Operations.Usage;

/// <summary>
/// Adds a usage source, or changes how the next files of one are read. Refusals: <c>unusable-source</c>, <c>source-exists</c>,
/// <c>record-key-changed</c>.
/// </summary>
public static class PutSource
{
    /// <summary>Stores it.</summary>
    /// <param name="context">Where.</param>
    /// <param name="source">All of its settings.</param>
    /// <param name="replace">A source with this code and other settings may be changed.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<Outcome<UsageSource>> RunAsync(
        OperationContext context, UsageSource source, bool replace, CancellationToken cancel = default)
    {
        if (!Decoders.TryCreate(source, "", out _, out var problem))
        {
            return new Refusal("unusable-source", problem);
        }
        var there = await SourceStore.FindAsync(context.Database, context.Tenant, source.Code, cancel);
        if (there is not null && there != source && !replace)
        {
            return new Refusal("source-exists", $"There is a usage source '{source.Code}' with other settings. Choose another code, "
                + "or give --replace to change how its next files are read.");
        }
        if (there is { Layout: { } before } && source.Layout is { } after && !before.KeyFields.SequenceEqual(after.KeyFields)
            && (await UsageFileStore.ListAsync(context.Database, context.Tenant, cancel)).Any(file => file.Source == source.Code))
        {
            return new Refusal("record-key-changed",
                $"The new layout knows records by {Key(after)}, but records of '{source.Code}' were imported that are known by "
                + $"{Key(before)}: a file that comes again would be charged again. Keep 'id', or add a source with another code.");
        }
        await SourceStore.PutAsync(context.Database, context.Tenant, source, cancel);
        return source;
    }

    private static string Key(UsageLayout layout) =>
        layout.KeyFields.IsEmpty ? "all of their text" : string.Join(", ", layout.KeyFields);
}
