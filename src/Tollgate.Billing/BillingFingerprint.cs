using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tollgate.Billing;

/// <summary>Identifies the inputs of a draft: two drafts with the same fingerprint were computed from the same facts.</summary>
public static class BillingFingerprint
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>SHA-256 of <see cref="Text"/>, 64 lower-case hex digits.</summary>
    public static string Of(BillingInput input) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text(input))));

    /// <summary>The inputs as lines of text, one fact each, culture-free.</summary>
    public static string Text(BillingInput input)
    {
        var text = new StringBuilder(256);
        var account = input.Account;
        text.Append(Invariant, $"seller {input.Seller.Id} {input.Seller.Country} {input.Seller.Zone.Id}").Append('\n');
        text.Append(Invariant,
            $"account {account.Id} {account.Currency.Code} {account.Cycle} {account.Zone.Id} {account.TaxCountry} "
            + $"{account.OpenedOn:uuuu-MM-dd} {account.EndedOn:uuuu-MM-dd} {account.TermsDays} {account.Language}").Append('\n');
        text.Append(Invariant, $"period {input.Period} issue {input.IssueDate:uuuu-MM-dd}").Append('\n');
        var policy = input.Policy;
        text.Append(Invariant,
            $"policy {policy.TaxRounding} {policy.LineRounding} {policy.Empty} {policy.LastDayBilled} "
            + $"{policy.LookBackMonths} {policy.QuantityOfDay} {policy.CashStepMinor} {policy.CreditAccount}").Append('\n');
        foreach (var one in account.Tax?.Standings ?? [])
        {
            text.Append(Invariant, $"standing {one.From:uuuu-MM-dd} {one.Place} {one.Type}").Append('\n');
        }
        foreach (var one in account.Tax?.Exemptions ?? [])
        {
            text.Append(Invariant,
                $"exemption {string.Join(',', one.Taxes)} {one.Text} {one.From:uuuu-MM-dd} {one.To:uuuu-MM-dd}").Append('\n');
        }
        if (input.ExternalTax)
        {
            text.Append("taxes by a service\n");
        }
        foreach (var one in input.Advances)
        {
            text.Append(Invariant, $"advance {one.Document} {one.LeftMinor}").Append('\n');
        }
        foreach (var version in input.Catalogues.Versions)
        {
            text.Append(Invariant, $"catalogue {version.Version} {version.EffectiveFrom.ToUnixTimeTicks()}").Append('\n');
        }
        foreach (var one in input.Subscriptions)
        {
            text.Append(Invariant,
                $"subscription {one.Id} {one.Offer} {one.Quantity} {one.Started:uuuu-MM-dd} "
                + $"{one.Ended:uuuu-MM-dd} {one.Base} {one.Account} {one.StartedAt?.ToUnixTimeTicks()} "
                + $"{one.EndedAt?.ToUnixTimeTicks()} {one.FeeWaived}").Append('\n');
            foreach (var change in one.Changes)
            {
                text.Append(Invariant, $"change {change.At.ToUnixTimeTicks()} {Content(change)}").Append('\n');
            }
        }
        foreach (var one in input.Usage)
        {
            text.Append(Invariant,
                $"usage {one.Subscription} {one.Key.Id} {one.EventPeriod:uuuu-MM-dd} {one.Events} {one.Used} {one.Charged} "
                + $"{one.FromAllowances} {one.Amount} {one.FromMoney}").Append('\n');
        }
        foreach (var one in input.Billed)
        {
            text.Append(Invariant,
                $"billed {one.Key.Subscription} {one.Key.Kind} {one.Key.Code} {one.Key.BasisFrom:uuuu-MM-dd} "
                + $"{one.Key.Offer} {one.AmountMinor} {one.TaxIncluded} {one.TaxCode} {one.TaxPercent} {one.RevenueAccount} "
                + $"{one.TaxSet} {one.LevyLines} "
                + $"{one.LevyServices} {one.FinalCredit}").Append('\n');
        }
        Windows(input, text);
        return text.ToString();
    }

    private static void Windows(BillingInput input, StringBuilder text)
    {
        foreach (var move in input.Account.CycleMoves)
        {
            text.Append(Invariant, $"move {move.On:uuuu-MM-dd} {move.Before}").Append('\n');
        }
        foreach (var child in input.Account.Children)
        {
            text.Append(Invariant, $"child {child}").Append('\n');
        }
        foreach (var one in input.Discounts)
        {
            text.Append(Invariant,
                $"discount {one.Code} {one.Subscription} {one.From:uuuu-MM-dd} {one.To:uuuu-MM-dd} {one.Own?.Percent} "
                + $"{one.Own?.Amount} {one.Own?.Scope} {one.Own?.On} {one.Own?.Periods}").Append('\n');
        }
        foreach (var one in input.UsageBilled)
        {
            text.Append(Invariant,
                $"used {one.Subscription} {one.EventPeriod:uuuu-MM-dd} {one.Plan} {one.AmountMinor} {one.Tax} {one.TaxIncluded} "
                + $"{one.RevenueAccount}").Append('\n');
        }
        foreach (var one in input.Given)
        {
            text.Append(Invariant,
                $"given {one.Reference} {one.On:uuuu-MM-dd} {one.AmountMinor} {one.Tax} {one.TaxIncluded} {one.RevenueAccount}")
                .Append('\n');
        }
        foreach (var one in input.Credits)
        {
            text.Append(Invariant, $"credit {one.Reference} {one.Kind} {one.AvailableMinor} {one.BeforeTax}").Append('\n');
        }
        text.Append(Invariant, $"usage only {input.UsageOnly}").Append('\n');
    }

    private static string Content(TimelineChange change) => change switch
    {
        TimelineChange.Quantity(_, var units) => string.Create(Invariant, $"quantity {units}"),
        TimelineChange.Plan(_, var offer) => $"plan {offer}",
        TimelineChange.Price(_, var code, var amount) => $"price {code} {amount}",
        TimelineChange.Suspend(_, var charged) => $"suspend {charged}",
        TimelineChange.Resume => "resume",
        TimelineChange.Transfer(_, var account) => $"transfer {account}",
        _ => throw new InvalidOperationException($"Unknown change {change.GetType().Name}."),
    };
}
