using System.Data.Common;
using NodaTime;
using Tollgate.Primitives;
using Tollgate.Rating;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Charging;

namespace Tollgate.Storage.Replay;

/// <summary>Reads what customers were charged and how their pockets moved: a fixed number of statements, however many
/// customers.</summary>
public static class ChargeHistory
{
    private const string Columns =
        "c.customer_id, c.event_time, c.event_id, c.seq, coalesce(r.account_id, c.account_id), "
        + "coalesce(r.subscription_id, c.subscription_id), c.file_id, c.file_offset, c.subject, c.origin, c.destination, "
        + "c.duration_ms, c.octets_up, c.octets_down, c.events, coalesce(r.generation, 0), coalesce(r.seq, c.seq), "
        + "coalesce(r.slot_no, c.slot_no), coalesce(r.price_key_id, c.price_key_id), "
        + "coalesce(r.catalog_version, c.catalog_version), coalesce(r.charged, c.charged), "
        + "coalesce(r.from_allowances, c.from_allowances), coalesce(r.amount, c.amount), coalesce(r.from_money, c.from_money), "
        + "coalesce(r.rated_at, c.rated_at), r.run_id, c.attributes, coalesce(r.notes, c.notes) ";

    private const string Current =
        "FROM charge c LEFT JOIN charge_revision r ON r.customer_id = c.customer_id AND r.event_time = c.event_time "
        + "AND r.event_id = c.event_id AND r.kind = 0 AND NOT EXISTS (SELECT 1 FROM charge_revision n "
        + "WHERE n.customer_id = r.customer_id AND n.event_time = r.event_time AND n.event_id = r.event_id AND n.kind = 0 "
        + "AND n.generation > r.generation) WHERE c.tenant_id = @tenant ";

    /// <summary>The charges of customers that are true now, with event times in [from, to), in the order in which they were
    /// charged, customer by customer.</summary>
    public static Task<List<StoredCharge>> ChargesAsync(
        BookWork work, long[] customers, Instant from, Instant to, PriceKeys keys, CancellationToken cancel) => work.ReadAsync(
            $"SELECT {Columns}{Current}AND c.customer_id IN @customers AND c.event_time >= @from AND c.event_time < @to "
            + "ORDER BY c.customer_id, c.seq",
            reader => Charge(work, reader, keys), cancel, ("customers", customers), ("from", from), ("to", to));

    /// <summary>One charge, or null.</summary>
    public static async Task<StoredCharge?> FindAsync(BookWork work, ChargeId id, PriceKeys keys, CancellationToken cancel) =>
        (await work.ReadAsync(
            $"SELECT {Columns}{Current}AND c.customer_id = @customer AND c.event_time = @time AND c.event_id = @event",
            reader => Charge(work, reader, keys), cancel, ("customer", id.Customer.Value),
            ("time", TimeCodec.FromMicroseconds(id.Time)),
            ("event", EventValue(work, id.Event)))).FirstOrDefault();

    /// <summary>The same charges with their parts and legs.</summary>
    public static async Task<List<StoredCharge>> WithSharesAsync(
        BookWork work, long[] customers, IReadOnlyList<StoredCharge> charges, CancellationToken cancel)
    {
        const string place = "customer_id, event_time, event_id, generation";
        var parts = (await work.ReadAsync(
            $"SELECT {place}, price_key_id, events, used, charged, from_allowances, amount, from_money FROM posted_part "
            + "WHERE customer_id IN @customers AND tenant_id = @tenant AND kind = 0 ORDER BY part",
            reader => (Of: Generation(work, reader), Part: new StoredPart(
                reader.GetInt32(4), reader.GetInt32(5), reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8),
                reader.GetInt64(9), reader.GetInt64(10))),
            cancel, ("customers", customers))).ToLookup(row => row.Of, row => row.Part);
        var legs = (await work.ReadAsync(
            $"SELECT {place}, code, kind, party_customer_id, party_account_id, price_key_id, catalog_version, refusal, used, "
            + "charged, amount FROM posted_leg WHERE customer_id IN @customers AND tenant_id = @tenant AND charge_kind = 0 "
            + "ORDER BY leg",
            reader => (Of: Generation(work, reader), Leg: new StoredLeg(
                reader.GetString(4), reader.GetInt16(5), reader.GetLongOrNull(6), reader.GetLongOrNull(7), reader.GetInt32(8),
                reader.GetInt32(9), reader.GetInt16(10), reader.GetInt64(11), reader.GetInt64(12), reader.GetInt64(13))),
            cancel, ("customers", customers))).ToLookup(row => row.Of, row => row.Leg);
        return
        [
            .. charges.Select(charge => charge with
            {
                Parts = [.. parts[(charge.Id, charge.Generation)]], Legs = [.. legs[(charge.Id, charge.Generation)]],
            }),
        ];
    }

    private static (ChargeId, int) Generation(BookWork work, DbDataReader reader) => (
        new ChargeId(new CustomerId(reader.GetInt64(0)), TimeCodec.ToMicroseconds(reader.GetTime(1)), Event(work, reader, 2)),
        reader.GetInt32(3));

    /// <summary>Every pocket movement of customers, in the order of their sequences.</summary>
    public static Task<List<StoredMovement>> MovementsAsync(BookWork work, long[] customers, CancellationToken cancel) =>
        work.ReadAsync(
            "SELECT customer_id, pocket_id, seq, part, kind, amount, before, at, reference FROM pocket_movement "
            + "WHERE customer_id IN @customers AND tenant_id = @tenant ORDER BY customer_id, seq, part",
            reader => new StoredMovement(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt32(3), reader.GetString(4),
                reader.GetInt64(5), reader.GetInt64(6), reader.GetTime(7), reader.GetString(8)),
            cancel, ("customers", customers));

    /// <summary>An event id as this database's parameter value.</summary>
    public static object EventValue(BookWork work, EventId id) => ReplaySave.KeyValue(work.Database.Kind, id);

    /// <summary>The event id in a column.</summary>
    public static EventId Event(BookWork work, DbDataReader reader, int column) => work.Postgres
        ? EventId.FromGuid(reader.GetGuid(column))
        : EventId.FromBytes(reader.GetFieldValue<byte[]>(column));

    private static StoredCharge Charge(BookWork work, DbDataReader reader, PriceKeys keys)
    {
        var time = reader.GetTime(1);
        var id = new ChargeId(new CustomerId(reader.GetInt64(0)), TimeCodec.ToMicroseconds(time), Event(work, reader, 2));
        var key = reader.GetInt32(18);
        return new StoredCharge
        {
            Id = id,
            OrderSeq = reader.GetInt64(3),
            Account = new AccountId(reader.GetInt64(4)),
            Subscription = new SubscriptionId(reader.GetInt64(5)),
            File = new UsageFileId(reader.GetInt64(6)),
            Record = new UsageRecord
            {
                EventId = id.Event,
                Service = keys[key].Service,
                Subject = new ServiceIdentity(IdentityKind.Msisdn, reader.GetString(8)),
                Origin = reader.GetString(9),
                Destination = reader.GetString(10),
                Start = time,
                DurationMs = reader.GetInt64(11),
                OctetsUp = reader.GetInt64(12),
                OctetsDown = reader.GetInt64(13),
                Events = reader.GetInt32(14),
                Offset = reader.GetInt64(7),
                Attributes = UsageAttributes.FromText(reader.GetString(26)),
            },
            Notes = reader.GetInt16(27),
            Generation = reader.GetInt32(15),
            Seq = reader.GetInt64(16),
            Slot = reader.GetInt32(17),
            PriceKeyId = key,
            CatalogVersion = reader.GetInt32(19),
            Charged = reader.GetInt64(20),
            FromAllowances = reader.GetInt64(21),
            Amount = reader.GetInt64(22),
            FromMoney = reader.GetInt64(23),
            RatedAt = reader.GetTime(24),
            Run = reader.GetLongOrNull(25) is { } run ? new RerateRunId(run) : null,
        };
    }
}

/// <summary>The price keys of a tenant by their ids. Keys are never changed, so it may be kept; ask again for an id that it
/// lacks.</summary>
public sealed class PriceKeys
{
    private readonly Dictionary<int, PriceKey> byId;

    private PriceKeys(Dictionary<int, PriceKey> byId) => this.byId = byId;

    /// <exception cref="KeyNotFoundException">There is no key with this id.</exception>
    public PriceKey this[int id] => byId[id];

    /// <summary>The ids of a plan's keys.</summary>
    public IEnumerable<int> OfPlan(string plan) => byId.Where(pair => pair.Value.Plan == plan).Select(pair => pair.Key).Order();

    public static async Task<PriceKeys> LoadAsync(BookWork work, CancellationToken cancel) =>
        new((await PriceKeyStore.ReadAsync(work.Transaction, work.Tenant, cancel))
            .ToDictionary(pair => pair.Value, pair => pair.Key));
}
