using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Charging;
using Tollgate.Storage.Customers;
using static NpgsqlTypes.NpgsqlDbType;

namespace Tollgate.Storage.Replay;

/// <summary>One row of <c>charge_revision</c>, as far as its parts and legs need to know it.</summary>
/// <param name="Kind">0: the new charge; 1: the reversal of the old one, whose parts and legs count negative.</param>
internal sealed record RevisionPlace(
    StoredCharge Old, int Generation, short Kind, long Seq, SubscriptionState Subscription, int Slot, int PriceKeyId);

/// <summary>The parts and legs of corrections: rows of their own, and what they are for the parties of the legs.</summary>
internal sealed class RevisionShares(BookWork work, Func<int, CompiledCatalogue?> version)
{
    private readonly List<(RevisionPlace Of, int Number, StoredPart Part)> parts = [];
    private readonly List<(RevisionPlace Of, int Number, StoredLeg Leg)> legs = [];

    internal static StoredPart Part(PartRow row) => new(
        row.PriceKeyId, row.Events, row.Rated.Used, row.Rated.Charged, row.Rated.FromAllowances, row.Rated.Amount,
        row.Rated.FromMoney);

    internal static StoredLeg Leg(LegRow row, int catalogVersion) => new(
        row.Leg.Code, (short)row.Leg.Kind, row.Party?.Customer, row.Party?.Account, row.PriceKeyId, catalogVersion,
        (short)(row.Rated.Refusal ?? default(HoldReason)), row.Rated.Used, row.Rated.Charged, row.Rated.Amount);

    /// <summary>Adds a correction; what its legs are for their parties goes into the rows.</summary>
    internal void Add(RevisionPlace of, IReadOnlyList<StoredPart> ofParts, IReadOnlyList<StoredLeg> ofLegs, ChargeRows rows)
    {
        var sign = of.Kind == 0 ? 1 : -1;
        for (var i = 0; i < ofParts.Count; i++)
        {
            var part = ofParts[i];
            parts.Add((of, i, new StoredPart(
                part.PriceKeyId, sign * part.Events, sign * part.Used, sign * part.Charged, sign * part.FromAllowances,
                sign * part.Amount, sign * part.FromMoney)));
        }
        for (var i = 0; i < ofLegs.Count; i++)
        {
            var leg = ofLegs[i];
            legs.Add((of, i, leg with { Used = sign * leg.Used, Charged = sign * leg.Charged, Amount = sign * leg.Amount }));
            if (leg.Refusal == 0)
            {
                LegParty? party = leg is { PartyCustomer: { } customer, PartyAccount: { } account }
                    ? new LegParty(customer, account) : null;
                var source = version(leg.CatalogVersion)?.Legs.FirstOrDefault(one => one.Code == leg.Code);
                rows.AddDue(
                    LegParties.Due(leg.Code, (LegKind)leg.Kind, source, party, of.Subscription.Account.Customer, leg.PriceKeyId,
                        of.Old.Record.Start),
                    sign * of.Old.Record.Events, sign * leg.Used, sign * leg.Charged, sign * leg.Amount);
            }
        }
    }

    internal void Save()
    {
        using (var table = new BulkTable(work.Transaction, "charge_revision_part",
            new("customer_id", Bigint), new("event_time", TimestampTz), new("event_id", Uuid), new("generation", Integer),
            new("kind", Smallint), new("part", Integer), new("tenant_id", Integer), new("seq", Bigint), new("account_id", Bigint),
            new("subscription_id", Bigint), new("slot_no", Integer), new("price_key_id", Integer), new("events", Integer),
            new("used", Bigint), new("charged", Bigint), new("from_allowances", Bigint), new("amount", Bigint),
            new("from_money", Bigint)))
        {
            foreach (var (of, number, part) in parts)
            {
                table.Add(
                    of.Old.Id.Customer.Value, work.Value(of.Old.Record.Start),
                    ReplaySave.KeyValue(work.Database.Kind, of.Old.Record.EventId), of.Generation, of.Kind, number,
                    work.Tenant.Value, of.Seq, of.Subscription.Account.Id, of.Subscription.Id, of.Slot, part.PriceKeyId,
                    part.Events, part.Used, part.Charged, part.FromAllowances, part.Amount, part.FromMoney);
            }
            table.Complete();
        }
        using var rows = new BulkTable(work.Transaction, "charge_revision_leg",
            new("customer_id", Bigint), new("event_time", TimestampTz), new("event_id", Uuid), new("generation", Integer),
            new("charge_kind", Smallint), new("leg", Integer), new("tenant_id", Integer), new("seq", Bigint),
            new("subscription_id", Bigint), new("code", Text), new("kind", Smallint), new("party_customer_id", Bigint),
            new("party_account_id", Bigint), new("price_key_id", Integer), new("catalog_version", Integer),
            new("refusal", Smallint), new("used", Bigint), new("charged", Bigint), new("amount", Bigint),
            new("retail_key_id", Integer));
        foreach (var (of, number, leg) in legs)
        {
            rows.Add(
                of.Old.Id.Customer.Value, work.Value(of.Old.Record.Start),
                ReplaySave.KeyValue(work.Database.Kind, of.Old.Record.EventId), of.Generation, of.Kind, number, work.Tenant.Value,
                of.Seq, of.Subscription.Id, leg.Code, leg.Kind, leg.PartyCustomer, leg.PartyAccount, leg.PriceKeyId,
                leg.CatalogVersion, leg.Refusal, leg.Used, leg.Charged, leg.Amount, of.PriceKeyId);
        }
        rows.Complete();
    }
}
