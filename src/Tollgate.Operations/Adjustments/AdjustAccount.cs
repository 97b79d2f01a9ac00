using NodaTime;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Ledger;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Adjustments;

/// <summary>A line for the next bill of an account.</summary>
/// <param name="Kind"><c>charge</c>, <c>late-fee</c> or <c>interest</c>.</param>
/// <param name="Amount">In the account's currency, as priced; negative: a credit in this tax category.</param>
/// <param name="Tax">Category of the catalogue in force.</param>
/// <param name="On">Its day and tax date: billed with the first bill on or after it. Null: today.</param>
/// <param name="RevenueAccount">Empty: the chart's for other revenue.</param>
public sealed record NewGivenLine(
    AccountId Account, string Text, decimal Amount, string Tax, bool TaxIncluded = false, string Kind = "charge",
    LocalDate? On = null, string RevenueAccount = "", string Reason = "");

/// <summary>Money given to a customer.</summary>
/// <param name="Amount">Above 0, in the account's currency.</param>
/// <param name="BeforeTax">True: it lowers what is taxed; false: what is left to pay; null: as the policy says.</param>
public sealed record NewCredit(AccountId Account, string Text, decimal Amount, bool? BeforeTax = null, string Reason = "");

/// <summary>
/// Adjustments of an account by hand: lines for its next bill, and credits that its bills set off. Refusals:
/// <c>unknown-account</c>, <c>invalid</c>, <c>key-reused</c>.
/// </summary>
public static class AdjustAccount
{
    /// <summary>Kinds of given lines.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["charge", "late-fee", "interest"];

    private const int MonthsBack = 12;

    /// <summary>Adds a line.</summary>
    /// <param name="catalogue">In force now, for its tax categories.</param>
    public static async Task<Outcome<Written<GivenLineId>>> ChargeAsync(
        OperationContext context, NewGivenLine line, Catalogue? catalogue, string callerKey = "",
        CancellationToken cancel = default)
    {
        var content = new Fingerprint().Add("account", line.Account).Add("line", line.ToString());
        return await BookAdjustment.RunAsync<GivenLineId>(
            context, "account.charge", line.Account, callerKey, content, async (work, account, id) =>
        {
            var currency = BookAdjustment.UnitOf(account);
            var today = context.Now.InZone(DateTimeZoneProviders.Tzdb[account.TimeZone]).Date;
            var on = line.On ?? today;
            var faults = new Faults();
            BookAdjustment.Amount(faults, line.Amount, currency, negative: true);
            FieldRules.Required(faults, "text", line.Text);
            FieldRules.Text(faults, "reason", line.Reason);
            if (!Kinds.Contains(line.Kind, StringComparer.Ordinal))
            {
                faults.Add("kind", $"'{FieldRules.Short(line.Kind)}' is no kind of line.", $"Write {string.Join(", ", Kinds)}.");
            }
            if (catalogue?.Taxes.Any(tax => tax.Code == line.Tax) is not true)
            {
                faults.Add("tax", line.Tax.Length == 0 ? "A charge needs its tax category (--tax)."
                    : $"'{FieldRules.Short(line.Tax)}' is no tax category of the catalogue in force.",
                    catalogue is null ? "Publish a catalogue first."
                        : $"Give {string.Join(" or ", catalogue.Taxes.Select(tax => tax.Code))}.");
            }
            if (on < today.PlusMonths(-MonthsBack) || on > today.PlusMonths(MonthsBack) || on < account.OpenedOn)
            {
                faults.Add("on", "It is before the account's first day, or more than a year from today.", "Give a nearer day.");
            }
            if (faults.Refusal is { } refusal)
            {
                return refusal;
            }
            await BookAdjustment.LineAsync(work, context, account, id, line with
            {
                On = on,
                RevenueAccount = line.RevenueAccount.Length > 0 ? line.RevenueAccount : ChartOfAccounts.Default.OtherRevenue,
            }, cancel);
            return new GivenLineId(id);
        }, cancel);
    }

    /// <summary>Gives a credit.</summary>
    public static async Task<Outcome<Written<CreditId>>> CreditAsync(
        OperationContext context, NewCredit credit, string callerKey = "", CancellationToken cancel = default)
    {
        var content = new Fingerprint().Add("account", credit.Account).Add("credit", credit.ToString());
        return await BookAdjustment.RunAsync<CreditId>(
            context, "account.credit", credit.Account, callerKey, content, async (work, account, id) =>
        {
            var currency = BookAdjustment.UnitOf(account);
            var today = context.Now.InZone(DateTimeZoneProviders.Tzdb[account.TimeZone]).Date;
            var faults = new Faults();
            BookAdjustment.Amount(faults, credit.Amount, currency, negative: false);
            FieldRules.Required(faults, "text", credit.Text);
            FieldRules.Text(faults, "reason", credit.Reason);
            if (faults.Refusal is { } refusal)
            {
                return refusal;
            }
            var before = credit.BeforeTax ?? (await Policies.InForceAsync(work, today, cancel)).CreditsBeforeTax;
            await BookAdjustment.InsertAsync(work, context, account, credit.Account, new NewMoney(
                id, CreditKind.Credit, before, AtEnd: false, new Money(credit.Amount, currency).ToMinor(), credit.Text,
                credit.Reason, today), cancel);
            return new CreditId(id);
        }, cancel);
    }

    /// <summary>
    /// Takes a line or what is left of a credit back: what bills charged of the line comes back with the next one. Refusals:
    /// <c>unknown-adjustment</c>, <c>already-withdrawn</c> (nothing is left), <c>wrong-kind</c> (a deposit is returned).
    /// </summary>
    /// <param name="adjustment"><c>giv_…</c> or <c>crd_…</c>.</param>
    public static async Task<Outcome<string>> WithdrawAsync(
        OperationContext context, string adjustment, CancellationToken cancel = default)
    {
        var auditId = context.Ids.Next();
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        var outcome = adjustment.StartsWith("giv_", StringComparison.Ordinal)
            && Id.TryParse<GivenLineId>(adjustment, out var line)
            ? await WithdrawLineAsync(work, line, context.Now, cancel)
            : adjustment.StartsWith("crd_", StringComparison.Ordinal) && Id.TryParse<CreditId>(adjustment, out var credit)
                ? await WithdrawCreditAsync(work, credit, cancel)
                : Unknown(adjustment);
        if (outcome is { } refusal)
        {
            return refusal;
        }
        await Audit.WriteAsync(work, context, auditId, "account.withdraw", adjustment, "", cancel);
        await work.CommitAsync(cancel);
        return adjustment;
    }

    internal static Refusal Unknown(string adjustment) => new(
        "unknown-adjustment", $"There is no line or credit '{FieldRules.Short(adjustment)}'. See: tollgate account adjustments.");

    private static async Task<Refusal?> WithdrawLineAsync(
        BookWork work, GivenLineId line, Instant now, CancellationToken cancel)
    {
        var customer = await work.ReadAsync("SELECT customer_id FROM given_line WHERE line_id = @id AND tenant_id = @tenant",
            reader => reader.GetInt64(0), cancel, ("id", line.Value));
        if (customer.Count == 0)
        {
            return Unknown(line.ToString());
        }
        await work.LockHeadsAsync([customer[0]], cancel);
        return await work.ExecuteAsync(
            "UPDATE given_line SET withdrawn_at = @now WHERE customer_id = @customer AND line_id = @id AND withdrawn_at IS NULL",
            cancel, ("now", now), ("customer", customer[0]), ("id", line.Value)) == 1
            ? null
            : new Refusal("already-withdrawn", $"{line} is taken back already.", Retry.Never);
    }

    private static async Task<Refusal?> WithdrawCreditAsync(BookWork work, CreditId credit, CancellationToken cancel)
    {
        if (await BookAdjustment.CreditAsync(work, credit, cancel) is not { } found)
        {
            return Unknown(credit.ToString());
        }
        if (found.Kind == CreditKind.Deposit)
        {
            return new Refusal("wrong-kind", $"{credit} is a deposit: return it (tollgate deposit return).");
        }
        if (found.LeftMinor <= 0)
        {
            return new Refusal("already-withdrawn", $"Nothing is left of {credit}.", Retry.Never);
        }
        await work.ExecuteAsync(
            "UPDATE account_credit SET returned_minor = returned_minor + @left, returns = returns + 1 WHERE customer_id = "
            + "@customer AND credit_id = @id", cancel, ("left", found.LeftMinor), ("customer", found.Account.Customer.Value),
            ("id", credit.Value));
        return null;
    }
}
