using System.Collections.Immutable;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>
/// Computes bills. The steps, in order:
/// <code>
/// 1  what should have been billed up to the bill date          Timeline, Entitlement, Prorating, OneTimeItems
/// 2  discounts, then commitments and caps, on 1 and on usage   DiscountItems, SpendItems
/// 3  minus what was billed: lines of the difference            Difference
/// 4  usage that is not billed yet, by key and period of use    UsageBilling
/// 5  credits before tax                                        SetOff
/// 6  order of the lines
/// 7  taxes, net of each line                                   Taxation, TaxMath
/// 8  advances set off, with their tax                          AdvanceSetOff
/// 9  totals, what prepaid money had settled, credits after tax, cash rounding, due date
/// </code>
/// Pure: the same input gives the same answer. History never makes it throw; what it cannot compute it parks with the reason.
/// </summary>
public static class BillCalculator
{
    /// <summary>The draft of one account for one period.</summary>
    public static BillOutcome Draft(BillingInput input)
    {
        var work = new BillWork(input);
        if (work.BillVersion is null)
        {
            work.Park(ParkReason.NoCatalogue,
                $"No catalogue is in force on {work.BillDate:uuuu-MM-dd}: publish one with an earlier effective date");
            return Parked(work);
        }
        try
        {
            return Compute(work);
        }
        catch (OverflowException)
        {
            // Checked arithmetic is how an amount beyond 64 bits of minor units shows; nothing else here overflows.
            work.Park(ParkReason.AmountOverflow,
                "An amount does not fit: look for a wrong price or quantity among the subscriptions");
            return Parked(work);
        }
    }

    private static BillOutcome Compute(BillWork work)
    {
        var input = work.Input;
        var lines = new List<BillLine>(input.Usage.Length + 3 * input.Subscriptions.Length);
        if (!input.UsageOnly)
        {
            Difference.Collect(work, Should(work), lines);
        }
        long settledMinor = 0, settledSteps = 0;
        UsageBilling.Collect(work, lines, ref settledMinor, ref settledSteps);
        if (work.Problems.Count > 0)
        {
            return Parked(work);
        }
        var credits = new List<CreditUse>();
        SetOff.BeforeTax(work, lines, credits);
        var (taxed, taxes) = Taxation.Apply(work, Ordered(input, lines));
        if (!input.ExternalTax)
        {
            (taxed, taxes) = AdvanceSetOff.Apply(work, taxed, taxes, settledMinor);
        }
        return new BillOutcome.Drafted(Close(work, taxed, taxes, settledMinor, settledSteps, credits));
    }

    /// <summary>The sums of taxed lines, and what is left to pay of them.</summary>
    /// <param name="beforeTax">Credits that are among the lines.</param>
    internal static BillDraft Close(
        BillWork work, ImmutableArray<BillLine> lines, ImmutableArray<TaxSubtotal> taxes, long settledMinor, long settledSteps,
        IEnumerable<CreditUse> beforeTax)
    {
        var input = work.Input;
        var net = lines.Sum(line => line.NetMinor);
        var tax = taxes.Sum(subtotal => subtotal.TaxMinor);
        var credits = beforeTax.ToList();
        var due = SetOff.AfterTax(work, net + tax - settledMinor, credits);
        return new BillDraft
        {
            Customer = input.Account.Customer,
            Account = input.Account.Id,
            Period = input.Period,
            IssueDate = input.IssueDate,
            DueDate = input.IssueDate.PlusDays(input.Account.TermsDays),
            Currency = input.Account.Currency,
            CatalogueVersion = work.BillVersion!.Version,
            Lines = lines,
            Taxes = taxes,
            NetMinor = net,
            TaxMinor = tax,
            GrossMinor = net + tax,
            SettledMinor = settledMinor,
            SettledSteps = settledSteps,
            Credits = [.. credits],
            CashRoundingMinor = SetOff.Cash(work, due),
        };
    }

    /// <summary>Everything that should have been billed: items, then what reduces or completes them.</summary>
    private static List<DueItem> Should(BillWork work)
    {
        var should = new List<DueItem>();
        foreach (var subscription in work.Input.Subscriptions)
        {
            Entitlement.Collect(work, subscription, should);
        }
        if (work.Input.Catalogues.HasWindows || !work.Input.Discounts.IsEmpty)
        {
            var charges = Charges.Of(work, should);
            var first = should.Count;
            DiscountItems.Collect(work, charges, should);
            Reductions.Join(should, first);
            SpendItems.Collect(work, charges, should);
        }
        foreach (var given in work.Input.Given.Where(given => given.On <= work.BillDate && given.On >= work.Horizon))
        {
            var key = new ItemKey(default, BillLineKind.Given, given.Reference, given.On);
            var terms = new ChargeTerms(given.Description, given.Tax, given.TaxIncluded, given.RevenueAccount);
            should.Add(Reductions.Item(
                work, key, new BillPeriod(given.On, given.On.PlusDays(1)), terms, given.AmountMinor, LineExplanation.None));
        }
        return should;
    }

    /// <summary>By subscription in the order given; within it one-time, recurring, usage, corrections; then period, code,
    /// key.</summary>
    private static List<BillLine> Ordered(BillingInput input, List<BillLine> lines)
    {
        if (lines.Count < 2)
        {
            return lines;
        }
        var places = Places(input, lines);
        // Lines of one subscription are put together first, in one pass: within it they are mostly in order.
        var ends = new int[places.Max() + 2];
        foreach (var place in places)
        {
            ends[place + 1]++;
        }
        for (var i = 1; i < ends.Length; i++)
        {
            ends[i] += ends[i - 1];
        }
        var sorted = new (BillLine Line, int At)[places.Length];
        for (var i = 0; i < places.Length; i++)
        {
            sorted[ends[places[i]]++] = (lines[i], i);
        }
        var from = 0;
        foreach (var end in ends)
        {
            sorted.AsSpan(from, end - from).Sort(static (a, b) => Compare(a, b));
            from = end;
        }
        for (var i = 0; i < sorted.Length; i++)
        {
            lines[i] = sorted[i].Line;
        }
        return lines;
    }

    /// <summary>Where the subscription of each line stands in the input; after them what belongs to none of them, and last what
    /// belongs to the account.</summary>
    private static int[] Places(BillingInput input, List<BillLine> lines)
    {
        var known = new Dictionary<SubscriptionId, int>(input.Subscriptions.Length);
        for (var i = 0; i < input.Subscriptions.Length; i++)
        {
            known[input.Subscriptions[i].Id] = i;
        }
        var places = new int[lines.Count];
        (SubscriptionId? Of, int Place) last = (null, input.Subscriptions.Length + 1);
        for (var i = 0; i < places.Length; i++)
        {
            if (lines[i].Subscription != last.Of)
            {
                last = (lines[i].Subscription, lines[i].Subscription is { } one
                    ? known.GetValueOrDefault(one, input.Subscriptions.Length)
                    : input.Subscriptions.Length + 1);
            }
            places[i] = last.Place;
        }
        return places;
    }

    private static int Compare((BillLine Line, int At) a, (BillLine Line, int At) b)
    {
        var order = (a.Line.Subscription?.Value ?? 0).CompareTo(b.Line.Subscription?.Value ?? 0);
        if (order == 0)
        {
            order = Rank(a.Line.Kind).CompareTo(Rank(b.Line.Kind));
        }
        if (order == 0)
        {
            order = a.Line.Period.From.CompareTo(b.Line.Period.From);
        }
        if (order == 0)
        {
            order = string.CompareOrdinal(a.Line.Code, b.Line.Code);
        }
        if (order == 0)
        {
            order = Nullable.Compare(a.Line.UsageKeyId, b.Line.UsageKeyId);
        }
        return order != 0 ? order : a.At.CompareTo(b.At);
    }

    private static int Rank(BillLineKind kind) => kind switch
    {
        BillLineKind.OneTime => 0,
        BillLineKind.Recurring => 1,
        BillLineKind.Instalment => 2,
        BillLineKind.Usage => 3,
        BillLineKind.Discount => 4,
        BillLineKind.Adjustment => 5,
        BillLineKind.Commitment => 6,
        BillLineKind.Given => 7,
        BillLineKind.Credit => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static BillOutcome.Parked Parked(BillWork work) =>
        new(work.Problems[0].Reason, string.Join("; ", work.Problems.Select(problem => problem.Detail)) + ".");
}
