using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Ledger;
using Tollgate.Operations.Catalogs;
using Tollgate.Operations.Customers;
using Tollgate.Operations.Pockets;
using Tollgate.Primitives;
using Tollgate.Storage;
using Tollgate.Storage.Billing;
using Tollgate.Storage.Catalogs;
using Tollgate.Storage.Charging;

namespace Tollgate.Operations.Billing;

/// <summary>Prepaid money for an account.</summary>
/// <param name="CallerKey">The channel's own key of this top-up, unique per tenant; repeating it is safe.</param>
/// <param name="ReceivedOn">Value date.</param>
public sealed record TopUpRequest(AccountId Account, Money Amount, PaymentChannel Channel, LocalDate ReceivedOn, string CallerKey);

/// <summary>A top-up that was made.</summary>
/// <param name="Balance">Of the money pocket afterwards (at the time of the first request for a replay).</param>
/// <param name="Replayed">True: it was made before and nothing was done now.</param>
public sealed record TopUpResult(PocketId Pocket, Money Balance, bool Replayed)
{
    /// <summary>What it earned by the offers of the account; empty for a replay.</summary>
    public ImmutableArray<TopUpBonus> Earned { get; init; } = [];
}

/// <summary>What a top-up earned.</summary>
/// <param name="Earning">Code of the offer's rule.</param>
/// <param name="Into">Code of the pocket; empty: the money.</param>
public sealed record TopUpBonus(string Earning, decimal Amount, string Unit, string Into, PocketId Pocket);

/// <summary>Puts money into the money pocket of an account, under the lock of the customer's head, and books it as prepaid liability;
/// what the account's offers give for it is given in the same transaction.</summary>
public static class TopUp
{
    private const string Operation = "account.top-up";

    public static async Task<Outcome<TopUpResult>> RunAsync(OperationContext context, TopUpRequest request, CancellationToken cancel = default)
    {
        if (BookRequests.Check(request.Amount, request.CallerKey) is { } wrong)
        {
            return wrong;
        }
        var timeline = await CatalogueVersions.LoadAsync(context, cancel);
        var firstId = context.Ids.Next(3);
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        if (await BookRequests.AccountAsync(work, request.Account, cancel) is not { } account)
        {
            return BookRequests.Unknown(request.Account);
        }
        if (request.Amount.Currency.Code != account.Currency)
        {
            return BookRequests.OtherCurrency(request.Amount, account.Currency);
        }
        if (BookRequests.NotYet(context, account, request.ReceivedOn, "receivedOn") is { } ahead)
        {
            return ahead;
        }
        await work.LockHeadsAsync([account.Customer.Value], cancel);
        if (await EarlierAsync(work, request, cancel) is { } earlier)
        {
            return earlier;
        }
        var seq = await PocketRows.NextSeqAsync(work, account.Customer, cancel);
        var (pocket, before) = await PocketAsync(work, account, request.Account, firstId, context.Now, cancel);
        var steps = request.Amount.Currency.ToStorage(request.Amount.Amount, RoundingMode.HalfUp);
        await PocketRows.ChangeAsync(work, account.Customer, new PocketMove(
            pocket, seq, 0, "top-up", steps, before, context.Now, request.CallerKey), cancel);
        var subject = new PostingSubject(
            account.Seller, account.Customer, request.Account, request.Amount.Currency, request.ReceivedOn,
            string.Create(CultureInfo.InvariantCulture, $"{pocket}/{seq}"));
        BookWriter.SaveEntries(
            work, [(firstId + 1, Postings.Default.ForTopUp(subject, request.Channel, request.Amount.ToMinor()))], context.Now);
        var earned = await EarnAsync(
            await PocketWork.WithinAsync(context, work, account, request.Account, seq, request.CallerKey, cancel), timeline, request,
            pocket, before + steps, subject, cancel);
        var balance = before + steps + earned.Where(one => one.Pocket == pocket)
            .Sum(one => request.Amount.Currency.ToStorage(one.Amount, RoundingMode.HalfUp));
        await RememberAsync(context, work, request, pocket, balance, cancel);
        await Audit.WriteAsync(work, context, firstId + 2, Operation, request.Account.ToString(), request.Amount.ToString(), cancel);
        await work.CommitAsync(cancel);
        return new TopUpResult(pocket, Money.FromStorage(balance, request.Amount.Currency), false) { Earned = earned };
    }

    private static async Task<ImmutableArray<TopUpBonus>> EarnAsync(
        PocketWork work, CatalogueTimeline timeline, TopUpRequest request, PocketId money, long balance, PostingSubject subject,
        CancellationToken cancel)
    {
        var earned = ImmutableArray.CreateBuilder<TopUpBonus>();
        var steps = request.Amount.Currency.ToStorage(request.Amount.Amount, RoundingMode.HalfUp);
        foreach (var (target, earning) in await PocketTarget.EarnedAsync(work, timeline, request.Amount, cancel))
        {
            var (given, now) = (earning.Of(steps), work.Context.Now);
            if (target is null)
            {
                // Money that nobody paid: the operator's own, booked as a gift, in whole cents.
                var unit = request.Amount.Currency;
                var minor = given / unit.StoragePerMinor;
                await PocketRows.ChangeAsync(work.Work, work.Account.Customer, new PocketMove(
                    money, work.Seq, earned.Count + 1, "bonus", minor * unit.StoragePerMinor, balance, now, work.Reference), cancel);
                balance += minor * unit.StoragePerMinor;
                BookWriter.SaveEntries(work.Work,
                    [(work.Context.Ids.Next(1, work.Work.Transaction), Postings.Default.ForGift(
                        subject with { Reference = $"{subject.Reference}/{earning.Code}" }, minor))], now);
                earned.Add(new TopUpBonus(earning.Code, unit.FromMinor(minor), unit.Code, "", money));
            }
            else if (given > 0)
            {
                var unit = target.Allowance!.Unit;
                var pocket = await work.GiveAsync(
                    target, unit, given, now, await work.EndAsync(target.Allowance.Reset, now, cancel), cancel);
                earned.Add(new TopUpBonus(earning.Code, unit.FromStorage(given), unit.Code, target.Code, pocket));
            }
        }
        return earned.ToImmutable();
    }

    /// <summary>The money pocket of an account and its balance; made when there is none.</summary>
    /// <param name="newId">For a new one.</param>
    private static async Task<(PocketId Pocket, long Balance)> PocketAsync(
        BookWork work, BookAccount account, AccountId id, long newId, Instant now, CancellationToken cancel)
    {
        if (await MoneyPocket.FindAsync(work, account, id, cancel) is { } found)
        {
            return found;
        }
        await PocketRows.InsertAsync(work, new NewPocket(
            account.Customer, new PocketId(newId), id, "money", account.Currency, 0, MoneyPocket.Priority, now,
            MoneyPocket.NoEnd), cancel);
        return (new PocketId(newId), 0);
    }

    private static string Content(TopUpRequest request) => string.Create(CultureInfo.InvariantCulture,
        $"account={request.Account}\namount={request.Amount}\nchannel={request.Channel.Text()}\nreceivedOn={request.ReceivedOn:uuuu-MM-dd}");

    private static Task<int> RememberAsync(
        OperationContext context, BookWork work, TopUpRequest request, PocketId pocket, long balance, CancellationToken cancel) =>
        work.ExecuteAsync(
            "INSERT INTO idempotency (tenant_id, operation, caller_key, request_hash, response, created_at) "
            + "VALUES (@tenant, @operation, @key, @content, @response, @now)",
            cancel, ("operation", Operation), ("key", request.CallerKey), ("content", Content(request)),
            ("response", string.Create(CultureInfo.InvariantCulture, $"{pocket.Value} {balance}")), ("now", context.Now));

    private static async Task<Outcome<TopUpResult>?> EarlierAsync(BookWork work, TopUpRequest request, CancellationToken cancel)
    {
        var rows = await work.ReadAsync(
            "SELECT request_hash, response FROM idempotency WHERE tenant_id = @tenant AND operation = @operation AND caller_key = @key",
            reader => (Content: reader.GetString(0), Response: reader.GetString(1)), cancel, ("operation", Operation), ("key", request.CallerKey));
        if (rows.Count == 0)
        {
            return null;
        }
        var differs = rows[0].Content.Split('\n').Zip(Content(request).Split('\n')).FirstOrDefault(pair => pair.First != pair.Second).First;
        if (differs is not null)
        {
            return BookRequests.KeyReused(request.CallerKey, differs[..differs.IndexOf('=', StringComparison.Ordinal)]);
        }
        var answer = rows[0].Response.Split(' ');
        return new TopUpResult(
            new PocketId(long.Parse(answer[0], CultureInfo.InvariantCulture)),
            Money.FromStorage(long.Parse(answer[1], CultureInfo.InvariantCulture), request.Amount.Currency), true);
    }
}
