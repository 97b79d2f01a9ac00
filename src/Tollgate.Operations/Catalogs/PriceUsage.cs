using System.Globalization;
using System.Threading.Channels;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Mediation;
using Tollgate.Primitives;
using Tollgate.Rating;

namespace Tollgate.Operations.Catalogs;

/// <summary>What one record of a file would cost.</summary>
/// <param name="Record">The decoded record, or null when it could not be decoded or is not chargeable.</param>
/// <param name="Offset">Where it begins in the file, in bytes.</param>
/// <param name="Disposition"><c>rated</c>, <c>held</c> or <c>ignored</c>.</param>
/// <param name="Reason">Why it is held or ignored; empty when rated.</param>
/// <param name="Rated">Meaningful when rated.</param>
/// <param name="Key">What it is billed as; null unless rated.</param>
/// <param name="Currency">Of the price; null unless rated.</param>
/// <param name="Steps">How the price came about, when asked for.</param>
public readonly record struct PricedRecord(
    UsageRecord? Record, long Offset, string Disposition, string Reason, RatedUsage Rated, PriceKey? Key, Unit? Currency,
    IReadOnlyList<TraceStep> Steps)
{
    /// <summary>The price; null unless rated.</summary>
    public Money? Amount => Currency is { } currency ? Money.FromStorage(Rated.Amount, currency) : null;
}

/// <summary>
/// Prices the records of a file against a catalogue without a database, with the rater that charges. Every subject is taken as
/// one subscription to the given offer, with full allowances in each calendar month of the catalogue's zone and, for prepaid
/// offers, without money, so that the price is what usage costs once nothing is left. Files are decoded ahead on another thread.
/// </summary>
public sealed class PriceUsage(CompiledCatalogue catalogue, CompiledOffer offer, bool explain, Action<PricedRecord> found)
    : IDecodedSink
{
    private const int BatchesAhead = 4;

    private readonly Rater rater = new(catalogue);
    private readonly Dictionary<(ServiceIdentity Subject, Instant From), PocketState[]> pockets = [];
    private readonly PocketDraw[] draws = new PocketDraw[64];

    /// <summary>Number of records rated, held and ignored so far.</summary>
    public (long Rated, long Held, long Ignored) Counts { get; private set; }

    /// <summary>Prices a whole file; <c>found</c> is called once per record, in file order, on the caller's thread.</summary>
    /// <param name="source">How to read it. Nobody keeps the records, so that they get no ids.</param>
    /// <param name="file">Read to its end.</param>
    public async Task RunAsync(UsageSource source, Stream file, CancellationToken cancel = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var batches = Channel.CreateBounded<DecodedBatch>(
            new BoundedChannelOptions(BatchesAhead) { SingleReader = true, SingleWriter = true });
        var decoding = Task.Run(
            () => DecodedBatch.DecodeAsync(source with { Code = "" }, file, batches.Writer, stop.Token), stop.Token);
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(cancel))
            {
                batch.PassTo(this);
            }
        }
        finally
        {
            await stop.CancelAsync();
        }
        await decoding;
    }

    public void Usage(UsageRecord record)
    {
        var own = PocketsOf(record);
        var trace = explain ? new RatingTrace() : null;
        var rated = rater.Rate(offer, record, own, draws, trace);
        var steps = trace?.Steps ?? [];
        if (rated.Refusal is { } refusal)
        {
            Counts = Counts with { Held = Counts.Held + 1 };
            found(new PricedRecord(record, record.Offset, "held", refusal.ToString(), rated, null, null, steps));
            return;
        }
        Counts = Counts with { Rated = Counts.Rated + 1 };
        var key = catalogue.PriceKeys[rated.PriceKey];
        found(new PricedRecord(record, record.Offset, "rated", "", rated, key, offer.Currency(record.Service), steps));
    }

    public void Rejected(RejectedRecord record)
    {
        Counts = Counts with { Held = Counts.Held + 1 };
        var reason = string.Create(CultureInfo.InvariantCulture, $"{record.Reason}: line {record.Line}: {record.Detail}");
        found(new PricedRecord(null, record.Offset, "held", reason, default, null, null, []));
    }

    public void Ignored(long offset, string reason)
    {
        Counts = Counts with { Ignored = Counts.Ignored + 1 };
        found(new PricedRecord(null, offset, "ignored", reason, default, null, null, []));
    }

    private PocketState[] PocketsOf(UsageRecord record)
    {
        if (offer.Allowances.IsEmpty && offer.Counters.IsEmpty)
        {
            return [];
        }
        var grants = AllowanceGrants.For(offer, new BillCycle(1), catalogue.Source.TimeZone, record.Start);
        var key = (record.Subject, grants[0].ValidFrom);
        if (!pockets.TryGetValue(key, out var own))
        {
            own = [.. grants.Select((grant, index) => grant.ToPocket(new PocketId(index + 1)))];
            pockets.Add(key, own);
        }
        return own;
    }
}
