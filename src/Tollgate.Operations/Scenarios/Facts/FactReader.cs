using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using Tollgate.Ledger;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Charging;

namespace Tollgate.Operations.Scenarios.Facts;

/// <summary>Reads what is so on the stage, in the words of the scenario: keys instead of ids, times in the story's zone, amounts
/// as decimals.</summary>
internal sealed class FactReader(Stage stage)
{
    /// <summary>Documents by customer, account and id, with lines and taxes.</summary>
    internal async Task<List<(DocumentHead Head, JsonObject Fact)>> DocumentsAsync(CancellationToken cancel)
    {
        await using var work = await WorkAsync(cancel);
        var heads = await DocumentReader.HeadsAsync(work, new DocumentFilter(), cancel);
        var lines = await DocumentReader.LinesAsync(work, heads.Customers(), heads.Documents(), cancel);
        var taxes = await DocumentReader.TaxesAsync(work, heads.Customers(), heads.Documents(), cancel);
        return [.. heads.Select(head => (head, DocumentFacts.Of(stage, head, lines[head.Id], taxes[head.Id])))];
    }

    /// <summary>The phase of every document, to see later which of them changed.</summary>
    internal async Task<Dictionary<long, string>> PhasesAsync(CancellationToken cancel)
    {
        await using var work = await WorkAsync(cancel);
        return (await work.ReadAsync(
            "SELECT document_id, phase FROM document WHERE tenant_id = @tenant",
            reader => (Id: reader.GetInt64(0), Phase: reader.GetString(1)), cancel))
                .ToDictionary(row => row.Id, row => row.Phase);
    }

    /// <summary>Charges in the order of their events.</summary>
    /// <param name="after">Only those with a higher sequence of their customer; null: all.</param>
    internal async Task<JsonArray> ChargesAsync(Dictionary<long, long>? after, CancellationToken cancel)
    {
        await using var work = await WorkAsync(cancel);
        var rows = await work.ReadAsync(
            "SELECT c.customer_id, c.seq, c.subscription_id, c.event_time, k.service, k.basis, c.subject, c.destination, "
            + "k.label, c.duration_ms, c.octets_up + c.octets_down, "
            + "c.events, c.charged, c.from_allowances, c.amount, c.from_money, "
            + "c.catalog_version, c.kind, k.currency FROM posted_charge c JOIN price_key k ON k.tenant_id = c.tenant_id "
            + "AND k.price_key_id = c.price_key_id WHERE c.tenant_id = @tenant ORDER BY c.event_time, c.customer_id, c.seq, "
            + "c.generation, c.kind DESC",
            reader => (Customer: reader.GetInt64(0), Seq: reader.GetInt64(1), Fact: Charge(reader)), cancel);
        return [.. rows.Where(row => after is null || row.Seq > after.GetValueOrDefault(row.Customer)).Select(row => row.Fact)];
    }

    /// <summary>The last sequence of each customer.</summary>
    internal async Task<Dictionary<long, long>> SequencesAsync(CancellationToken cancel)
    {
        await using var work = await WorkAsync(cancel);
        return (await work.ReadAsync(
            "SELECT customer_id, seq FROM charging_head WHERE tenant_id = @tenant",
            reader => (Customer: reader.GetInt64(0), Seq: reader.GetInt64(1)), cancel))
                .ToDictionary(row => row.Customer, row => row.Seq);
    }

    /// <summary>What each account holds and owes.</summary>
    internal async Task<JsonArray> BalancesAsync(CancellationToken cancel)
    {
        var facts = new JsonArray();
        foreach (var (key, id) in stage.Accounts)
        {
            var account = (await ReadAccounts.OneAsync(stage.Context, id, cancel)).Value!;
            var pockets = (await ReadAccounts.PocketsAsync(stage.Context, id, cancel)).Value;
            var balance = (await ReadAccounts.BalanceAsync(stage.Context, id, cancel)).Value!;
            var currency = Units.Find(account.Currency) ?? Units.Currency(account.Currency, 2);
            facts.Add(new JsonObject
            {
                ["account"] = key,
                ["currency"] = account.Currency,
                ["money"] = Plain(
                    pockets.Where(pocket => pocket.Kind == "money").Sum(pocket => pocket.Balance), currency.MinorDigits),
                ["owed"] = Plain(balance.Open.Amount, currency.MinorDigits),
                ["credit"] = Plain(balance.Unallocated.Amount, currency.MinorDigits),
                ["allowances"] = new JsonArray(
                [
                    .. pockets.Where(pocket => pocket.Kind != "money").OrderBy(pocket => pocket.Subscription?.Value)
                        .ThenBy(pocket => pocket.Allowance, StringComparer.Ordinal).ThenBy(pocket => pocket.ValidFrom)
                        .Select(pocket => new JsonObject
                        {
                            ["subscription"] = pocket.Subscription is { } one ? stage.SubscriptionKey(one.Value) : "",
                            ["allowance"] = pocket.Allowance,
                            ["left"] = $"{Plain(pocket.Balance)} {pocket.Unit}",
                            ["granted"] = $"{Plain(pocket.Granted)} {pocket.Unit}",
                            ["from"] = Local(pocket.ValidFrom),
                            ["to"] = Local(pocket.ValidTo),
                        }),
                ]),
            });
        }
        return facts;
    }

    internal async Task<JsonArray> SubscriptionsAsync(CancellationToken cancel)
    {
        var facts = new JsonArray();
        foreach (var (key, id) in stage.Subscriptions)
        {
            var one = (await ReadSubscriptions.OneAsync(stage.Context, id, cancel)).Value!;
            facts.Add(new JsonObject
            {
                ["subscription"] = key,
                ["account"] = stage.AccountKey(one.Account.Value),
                ["offer"] = one.Offer,
                ["quantity"] = one.Quantity,
                ["phase"] = one.Phase,
                ["started"] = Local(one.StartedAt),
                ["ended"] = one.EndedAt is { } end ? Local(end) : "",
            });
        }
        return facts;
    }

    internal async Task<JsonArray> AccountsAsync(CancellationToken cancel)
    {
        var facts = new JsonArray();
        foreach (var (key, id) in stage.Accounts)
        {
            var account = (await ReadAccounts.OneAsync(stage.Context, id, cancel)).Value!;
            facts.Add(new JsonObject
            {
                ["account"] = key,
                ["phase"] = account.Phase,
                ["cycleDay"] = account.CycleDay,
                ["billedTo"] = LocalDatePattern.Iso.Format(account.BilledTo),
                ["ended"] = account.EndedOn is { } day ? LocalDatePattern.Iso.Format(day) : "",
            });
        }
        return facts;
    }

    internal async Task<JsonArray> HeldAsync(CancellationToken cancel) =>
    [
        .. (await HeldStore.ListAsync(stage.Context.Database, stage.Context.Tenant, new HeldFilter(), null, 10_000, cancel))
            .Select(held =>
            new JsonObject
            {
                ["reason"] = held.Reason.ToString(),
                ["subject"] = held.Subject,
                ["at"] = held.EventTime is { } time ? Local(time) : "",
                ["detail"] = held.Detail,
            }),
    ];

    internal async Task<JsonArray> ParkedAsync(CancellationToken cancel) =>
    [
        .. (await ReadDocuments.ParkedAsync(stage.Context, cancel)).Select(parked => new JsonObject
        {
            ["account"] = stage.AccountKey(parked.Account.Value), ["reason"] = parked.Reason, ["detail"] = parked.Detail,
        }),
    ];

    /// <summary>Journal entries in the order of booking.</summary>
    /// <param name="after">Only those with a higher id.</param>
    internal async Task<JsonArray> PostingsAsync(long after, CancellationToken cancel)
    {
        await using var work = await WorkAsync(cancel);
        var lines = (await work.ReadAsync(
            "SELECT entry_id, ledger_account, account_id, unit, amount_minor FROM journal_line WHERE tenant_id = @tenant "
            + "AND entry_id > @after ORDER BY entry_id, line_no",
            reader => (Entry: reader.GetInt64(0), Fact: new JsonObject
            {
                ["ledgerAccount"] = reader.GetString(1),
                ["account"] = reader.GetLongOrNull(2) is { } account ? stage.AccountKey(account) : "",
                ["amount"] = Minor(reader.GetInt64(4), reader.GetString(3)),
                ["currency"] = reader.GetString(3),
            }), cancel, ("after", after))).ToLookup(row => row.Entry, row => row.Fact);
        var entries = await work.ReadAsync(
            "SELECT entry_id, kind, seller_id, booked_on FROM journal_entry WHERE tenant_id = @tenant AND entry_id > @after "
            + "ORDER BY entry_id",
            reader => new JsonObject
            {
                ["kind"] = reader.GetString(1),
                ["seller"] = stage.SellerKey(reader.GetInt64(2)),
                ["bookedOn"] = LocalDatePattern.Iso.Format(reader.GetDate(3)),
                ["lines"] = new JsonArray([.. lines[reader.GetInt64(0)]]),
            }, cancel, ("after", after));
        return [.. entries];
    }

    /// <summary>The id of the newest journal entry, or 0.</summary>
    internal async Task<long> LastEntryAsync(CancellationToken cancel)
    {
        await using var work = await WorkAsync(cancel);
        return (await work.ReadAsync(
            "SELECT coalesce(max(entry_id), 0) FROM journal_entry WHERE tenant_id = @tenant", reader => reader.GetInt64(0),
                cancel))[0];
    }

    /// <summary>The balance of every ledger account, currencies apart from the scenario's with their code.</summary>
    internal async Task<JsonObject> TrialBalanceAsync(CancellationToken cancel)
    {
        var facts = new JsonObject();
        var currency = stage.Currencies.Values.FirstOrDefault() ?? Units.Eur;
        foreach (var row in (await LedgerCheck.TrialBalanceAsync(stage.Context, cancel)).Rows)
        {
            facts[row.Unit.Code == currency.Code ? row.LedgerAccount : $"{row.LedgerAccount} {row.Unit.Code}"] =
                Minor(row.BalanceMinor, row.Unit.Code);
        }
        return facts;
    }

    /// <summary>Every proof of the books and of usage that does not hold, in words.</summary>
    internal async Task<List<string>> BrokenProofsAsync(CancellationToken cancel)
    {
        var books = (await LedgerCheck.RunAsync(stage.Context, cancel))
            .SelectMany(proof => proof.Findings).Select(finding => $"{finding.Proof}: {finding.Message}");
        return [.. books];
    }

    internal static string Minor(long minor, string currency)
    {
        var unit = Units.Find(currency) ?? Units.Currency(currency, 2);
        return Plain(Money.FromMinor(minor, unit).Amount, unit.MinorDigits);
    }

    /// <summary>A decimal without trailing zeros, but with at least some decimals.</summary>
    internal static string Plain(decimal value, int decimals = 0) =>
        value.ToString("0." + new string('0', decimals) + new string('#', 12 - decimals), CultureInfo.InvariantCulture);

    private JsonObject Charge(System.Data.Common.DbDataReader reader)
    {
        var basis = (Catalog.PriceBasis)reader.GetInt16(5);
        var currency = Units.Find(reader.GetString(18)) ?? Units.Currency(reader.GetString(18), 2);
        var used = basis switch
        {
            Catalog.PriceBasis.Duration => reader.GetInt64(9),
            Catalog.PriceBasis.Volume => reader.GetInt64(10),
            _ => reader.GetInt32(11),
        };
        return new JsonObject
        {
            ["subscription"] = stage.SubscriptionKey(reader.GetInt64(2)),
            ["at"] = Local(reader.GetTime(3)),
            ["service"] = ((ServiceKind)reader.GetInt16(4)).ToString().ToLowerInvariant(),
            ["from"] = reader.GetString(6),
            ["to"] = reader.GetString(7),
            ["text"] = reader.GetString(8),
            ["used"] = Quantity(used, basis),
            ["charged"] = Quantity(reader.GetInt64(12), basis),
            ["free"] = Quantity(reader.GetInt64(13), basis),
            ["amount"] = Plain(currency.FromStorage(reader.GetInt64(14)), currency.MinorDigits),
            ["fromMoney"] = Plain(currency.FromStorage(reader.GetInt64(15)), currency.MinorDigits),
            ["catalogueVersion"] = reader.GetInt32(16),
            ["kind"] = reader.GetInt16(17) == 0 ? "charge" : "reversal",
        };
    }

    private static string Quantity(long baseUnits, Catalog.PriceBasis basis) => basis switch
    {
        Catalog.PriceBasis.Duration => $"{Plain(baseUnits / 1000m)} seconds",
        Catalog.PriceBasis.Volume when baseUnits != 0 && baseUnits % 1_000_000 == 0 => $"{Plain(baseUnits / 1_000_000m)} MB",
        Catalog.PriceBasis.Volume => $"{Plain(baseUnits)} B",
        _ => $"{Plain(baseUnits)} events",
    };

    private string Local(Instant time)
    {
        var local = time.InZone(stage.Zone).LocalDateTime;
        return local.TimeOfDay == LocalTime.Midnight
            ? LocalDatePattern.Iso.Format(local.Date)
            : local.ToString(local.Second == 0 ? "uuuu-MM-dd HH:mm" : "uuuu-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private Task<BookWork> WorkAsync(CancellationToken cancel) =>
        BookWork.BeginAsync(stage.Context.Database, stage.Context.Tenant, cancel);
}
