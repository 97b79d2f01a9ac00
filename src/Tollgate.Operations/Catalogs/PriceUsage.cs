using System.Globalization;
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
/// <param name="Amount">The price; null unless rated.</param>
/// <param name="Steps">How the price came about, when asked for.</param>
public sealed record PricedRecord(
    UsageRecord? Record, long Offset, string Disposition, string Reason, RatedUsage Rated, PriceKey? Key, Money? Amount,
    IReadOnlyList<TraceStep> Steps);

/// <summary>
/// Prices the records of a file against a catalogue without a database, with the rater that charges. Every subject is taken as
/// one subscription to the given offer, with full allowances in each calendar month of the catalogue's zone and, for prepaid
/// offers, without money, so that the price is what usage costs once nothing is left.
/// </summary>
public sealed class PriceUsage(CompiledCatalogue catalogue, CompiledOffer offer, bool explain, Action<PricedRecord> found)
    : IDecodedSink
{
    private const int LargestBuffer = 16 * 1024 * 1024;

    private readonly Rater rater = new(catalogue);
    private readonly Dictionary<(ServiceIdentity Subject, Instant From), PocketState[]> pockets = [];
    private readonly PocketDraw[] draws = new PocketDraw[64];

    /// <summary>Number of records rated, held and ignored so far.</summary>
    public (long Rated, long Held, long Ignored) Counts { get; private set; }

    /// <summary>Prices a whole file; <c>found</c> is called once per record, in file order.</summary>
    public void Run(UsageSource source, Stream file)
    {
        var decoder = Decoders.Create(source);
        var buffer = new byte[1 << 20];
        var (length, offset, last) = (0, 0L, false);
        while (true)
        {
            if (!last)
            {
                var read = file.ReadAtLeast(buffer.AsSpan(length), buffer.Length - length, throwOnEndOfStream: false);
                last = read < buffer.Length - length;
                length += read;
            }
            var consumed = decoder.Decode(buffer.AsSpan(0, length), offset, last, int.MaxValue, this);
            buffer.AsSpan(consumed, length - consumed).CopyTo(buffer);
            length -= consumed;
            offset += consumed;
            if (consumed == 0 && last)
            {
                return;
            }
            if (consumed == 0 && buffer.Length < LargestBuffer)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
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
        var currency = offer.RatePlan(record.Service)!.Currency;
        found(new PricedRecord(record, record.Offset, "rated", "", rated, key, Money.FromStorage(rated.Amount, currency), steps));
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
