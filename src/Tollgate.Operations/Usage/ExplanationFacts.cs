using System.Globalization;
using NodaTime;
using NodaTime.Text;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.Storage;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Replay;

namespace Tollgate.Operations.Usage;

/// <summary>What lies around a charge: its file, the identity that led to the subscription, the account, its bills; in
/// words.</summary>
internal sealed class ExplanationFacts
{
    private readonly (string Name, string Source)? file;
    private readonly (string Key, string Offer, Instant Started, Instant? Ended)? subscription;
    private readonly (string TaxCountry, int CycleDay, DateTimeZone Zone) account;

    private ExplanationFacts(
        (string Name, string Source)? file, (ServiceIdentity, Instant, Instant?)? identity,
        (string Key, string Offer, Instant Started, Instant? Ended)? subscription,
        (string TaxCountry, int CycleDay, DateTimeZone Zone) account) =>
        (this.file, Identity, this.subscription, this.account) = (file, identity, subscription, account);

    /// <summary>The identity with the subject's value that the subscription had at the time of the event, or null.</summary>
    internal (ServiceIdentity Identity, Instant From, Instant? To)? Identity { get; }

    internal static async Task<ExplanationFacts> LoadAsync(BookWork work, StoredCharge charge, CancellationToken cancel)
    {
        var customer = charge.Id.Customer.Value;
        var files = await work.ReadAsync(
            "SELECT name, source FROM usage_file WHERE file_id = @file AND tenant_id = @tenant",
            reader => (reader.GetString(0), reader.GetString(1)), cancel, ("file", charge.File.Value));
        var identities = await work.ReadAsync(
            "SELECT kind, value, valid_from, valid_to FROM service_identity WHERE customer_id = @customer "
            + "AND subscription_id = @subscription AND value = @value AND valid_from <= @time AND (valid_to IS NULL OR valid_to > @time) "
            + "ORDER BY kind",
            reader => (new ServiceIdentity((IdentityKind)reader.GetInt16(0), reader.GetString(1)), reader.GetTime(2),
                reader.GetTimeOrNull(3)),
            cancel, ("customer", customer), ("subscription", charge.Subscription.Value), ("value", charge.Record.Subject.Value),
            ("time", charge.Record.Start));
        var subscriptions = await work.ReadAsync(
            "SELECT external_key, offer, started_at, ended_at FROM subscription WHERE customer_id = @customer AND subscription_id = @id",
            reader => (reader.GetString(0), reader.GetString(1), reader.GetTime(2), reader.GetTimeOrNull(3)), cancel,
            ("customer", customer), ("id", charge.Subscription.Value));
        var accounts = await work.ReadAsync(
            "SELECT tax_country, cycle_day, time_zone FROM billing_account WHERE customer_id = @customer AND account_id = @id",
            reader => (reader.GetString(0), reader.GetInt32(1), DateTimeZoneProviders.Tzdb[reader.GetString(2)]), cancel,
            ("customer", customer), ("id", charge.Account.Value));
        return new ExplanationFacts(
            files.Count > 0 ? files[0] : null, identities.Count > 0 ? identities[0] : null,
            subscriptions.Count > 0 ? subscriptions[0] : null, accounts[0]);
    }

    /// <summary>The steps before the rater's: where the record came from, and whose it is.</summary>
    internal IEnumerable<TraceStep> Before(StoredCharge charge)
    {
        var record = charge.Record;
        yield return new TraceStep("record", Invariant(
            $"Record at byte {record.Offset} of {charge.File} ({file?.Name ?? "no longer known"}, source {file?.Source ?? "unknown"}): ")
            + $"{record.Service.ToString().ToLowerInvariant()} at {Text(record.Start)}, subject {record.Subject.Value}"
            + (record.Origin.Length > 0 ? $", from {record.Origin}" : "")
            + (record.Destination.Length > 0 ? $", to {record.Destination}" : "") + Quantities(record)
            + (record.Attributes.IsEmpty ? "" : $", {record.Attributes}") + ".");
        yield return new TraceStep("guiding", Identity is var (identity, from, to)
            ? $"{identity} belonged to {charge.Subscription} from {Text(from)}" + (to is { } end ? $" to {Text(end)}." : " on.")
            : $"{record.Subject.Value} led to {charge.Subscription} when it was charged; the identity is not there any more.");
        yield return new TraceStep("subscription", subscription is var (key, offer, started, ended)
            ? $"{charge.Subscription} {(key.Length > 0 ? key + " " : "")}of {charge.Account} has offer {offer} from {Text(started)}"
                + (ended is { } last ? $" to {Text(last)}." : " on.")
            : $"{charge.Subscription} is not there any more.");
    }

    /// <summary>The steps after the rater's: how it is taxed and where it is billed.</summary>
    internal IEnumerable<TraceStep> After(
        StoredCharge charge, PriceKey key, Catalog.Catalogue? catalogue, IReadOnlyList<BilledOn> billed, Unit currency)
    {
        var period = new BillCycle(account.CycleDay).PeriodContaining(charge.Record.Start.InZone(account.Zone).Date);
        var category = catalogue?.Taxes.FirstOrDefault(tax => tax.Code == key.Tax);
        var rate = category?.RateOn(account.TaxCountry, period.LastDay);
        yield return new TraceStep("tax", rate is null
            ? $"Tax category {key.Tax}; its rate in {account.TaxCountry} is not known."
            : Invariant($"Tax category {key.Tax}: {category!.Name} {rate.Percent:0.##} % in {account.TaxCountry} on ")
                + $"{LocalDatePattern.Iso.Format(period.LastDay)}, the last day of the period of use; the amount is "
                + (key.TaxIncluded ? "with tax." : "without tax, which the bill adds."));
        yield return new TraceStep("slot", Invariant(
            $"It counts in bill slot {charge.Slot} of {charge.Account}, period {period}, as '{key.Label}', revenue account {key.RevenueAccount}."));
        foreach (var line in billed)
        {
            yield return new TraceStep("billed", Invariant(
                $"Line {line.Line} of {line.Document}{(line.Number is null ? "" : " " + line.Number)} ({line.Phase}): {line.Description}, ")
                + $"{line.Net} net for all usage of this kind.");
        }
        if (billed.Count == 0)
        {
            yield return new TraceStep("billed", charge.FromMoney == charge.Amount && charge.Amount > 0
                ? "No bill has claimed it yet; prepaid money paid it."
                : "No bill has claimed it yet.");
        }
    }

    /// <summary>The lines that bill it: of the document that claimed its slot for its period of use.</summary>
    internal Task<List<BilledOn>> BilledAsync(BookWork work, StoredCharge charge, Unit currency, CancellationToken cancel)
    {
        var day = charge.Record.Start.InZone(account.Zone).Date;
        var period = new BillCycle(account.CycleDay).PeriodContaining(day);
        return work.ReadAsync(
            "SELECT d.document_id, d.number, d.phase, l.line_no, l.description, l.net_minor FROM usage_claim c JOIN document d "
            + "ON d.customer_id = c.customer_id AND d.document_id = c.document_id JOIN document_line l "
            + "ON l.customer_id = d.customer_id AND l.document_id = d.document_id WHERE c.customer_id = @customer "
            + "AND c.account_id = @account AND c.slot_no = @slot AND c.event_period = @period AND c.tenant_id = @tenant "
            + "AND d.phase <> 'cancelled' AND l.subscription_id = @subscription AND l.price_key_id = @key "
            + "AND l.period_from <= @day AND l.period_to > @day ORDER BY d.document_id, l.line_no",
            reader => new BilledOn(
                new DocumentId(reader.GetInt64(0)), reader.GetTextOrNull(1), reader.GetString(2), reader.GetInt32(3),
                reader.GetString(4), Money.FromMinor(reader.GetInt64(5), currency)),
            cancel, ("customer", charge.Id.Customer.Value), ("account", charge.Account.Value), ("slot", charge.Slot),
            ("period", period.From), ("subscription", charge.Subscription.Value), ("key", charge.PriceKeyId), ("day", day));
    }

    private static string Quantities(UsageRecord record) =>
        (record.DurationMs > 0 ? Invariant($", {record.DurationMs / 1000m:0.###} s") : "")
        + (record.Octets > 0 ? Invariant($", {record.OctetsUp} octets up, {record.OctetsDown} down") : "")
        + (record.Events != 1 ? Invariant($", {record.Events} events") : "");

    private static string Text(Instant time) => InstantPattern.ExtendedIso.Format(time);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
