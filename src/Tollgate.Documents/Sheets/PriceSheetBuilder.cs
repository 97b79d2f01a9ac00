using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Catalog.Wording;
using Tollgate.Primitives;

namespace Tollgate.Documents.Sheets;

/// <summary>Makes a price sheet out of a catalogue: offers with their fees, what they include, usage prices in words, time bands,
/// destinations from A to Z, taxes, terms and examples.</summary>
public sealed class PriceSheetBuilder
{
    private static readonly string[] PlanColumns = ["", "net", "gross", "counted", "further"];

    private readonly Tollgate.Catalog.Catalogue catalogue;
    private readonly SheetOptions options;
    private readonly SheetPrices prices;
    private readonly Say say;
    private readonly Captions captions;
    private readonly ImmutableArray<SheetBlock>.Builder blocks = ImmutableArray.CreateBuilder<SheetBlock>();

    private PriceSheetBuilder(Tollgate.Catalog.Catalogue catalogue, SheetOptions options)
    {
        this.catalogue = catalogue;
        this.options = options;
        say = Say.In(options.Language).Naming(catalogue);
        captions = new Captions(catalogue);
        prices = new SheetPrices(catalogue, options, say);
    }

    /// <summary>The sheet of a catalogue.</summary>
    /// <exception cref="ArgumentException">An offer of the options is not in the catalogue.</exception>
    public static PriceSheet Build(Tollgate.Catalog.Catalogue catalogue, SheetOptions options)
    {
        var builder = new PriceSheetBuilder(catalogue, options);
        var offers = options.Offers.IsDefaultOrEmpty
            ? catalogue.Offers
            : [.. options.Offers.Select(code => catalogue.Offers.FirstOrDefault(offer => offer.Code == code)
                ?? throw new ArgumentException($"The catalogue has no offer '{code}'.", nameof(options)))];
        foreach (var offer in offers)
        {
            builder.Offer(offer);
        }
        var plans = catalogue.RatePlans.Where(plan => offers.Any(offer => Has(offer, plan))).ToList();
        builder.Plans(plans);
        builder.Bands(plans);
        builder.Decks(plans);
        builder.Taxes();
        var single = offers.Length == 1 ? offers[0].Name.In(options.Language) : catalogue.Code;
        return new PriceSheet(builder.say.T("Prices: {0}", single),
            string.Join(" · ", new[] { options.Version, builder.say.T("prices in {0}", catalogue.Currency.Code),
                builder.say.T("as of {0}", builder.say.Date(options.Date)) }
                .Where(text => text.Length > 0)), builder.blocks.ToImmutable())
        {
            Language = builder.say.Language,
            Foot = builder.say.T("Generated from the tariff. Amounts on bills are computed from the exact prices."),
        };
    }

    private string In(CatalogueName name) => name.In(options.Language);

    private string Band(string code) => captions.Band(code, options.Language);

    private void Offer(Offer offer)
    {
        var (headline, note) = prices.Headline(offer);
        blocks.Add(new OfferHead(offer.Code, In(offer.Name), offer.Description, headline, note));
        var fees = offer.Recurring
            .Select(price => Row(In(price.Name), prices.Both(price.Amount, price.Tax, price.TaxIncluded),
                $"{say.PerInterval(price.Every)}, {say.T(price.Timing == Timing.Advance ? "in advance" : "in arrears")}"
                + (price.PerQuantity ? "" : ", " + say.T("the same for any quantity"))
                + (price.Phases.IsEmpty ? ""
                    : ", " + string.Join(", ", price.Phases.Select(code => PhaseName(offer, code))))))
            .Concat(offer.OneTime.Select(price => Row(In(price.Name), prices.Both(price.Amount, price.Tax, price.TaxIncluded),
                price.Date is { } date ? say.T("once, on {0}", say.Date(date)) : say.T("once, at {0}", say.Words(price.At)))))
            .Concat(offer.Instalments.Select(price => Row(In(price.Name), prices.Both(price.Amount, price.Tax, price.TaxIncluded),
                say.T("{0} times, {1}", price.Count.ToString(CultureInfo.InvariantCulture), say.PerInterval(price.Every)))))
            .ToImmutableArray();
        Table("Fees", ["", "net", "gross", "charged"], [1, 2], fees);
        Table("Included", ["", "amount", "for", "period", "then"], [1], [.. offer.Allowances.Select(Allowance)]);
        var terms = Terms(offer);
        if (!terms.IsEmpty)
        {
            blocks.Add(new SheetHeading(3, say.T("Terms"), ""));
            blocks.Add(new SheetList(terms));
        }
        var usage = Usage(offer);
        if (!usage.IsEmpty)
        {
            blocks.Add(new SheetHeading(3, say.T("Usage prices"), ""));
            blocks.Add(new SheetList(usage));
        }
        Table("Examples", ["", "used", "price"], [1, 2], [.. catalogue.Examples
            .Where(example => example.Offer == offer.Code).Select(example => Example(offer, example))]);
    }

    private static bool Has(Offer offer, RatePlan plan) => offer.RatePlans.Any(one => one.Code == plan.Code);

    /// <summary>The plans by name; of several for a service in the order in which they are asked, with when.</summary>
    private ImmutableArray<string> Usage(Offer offer)
    {
        var services = offer.RatePlans.Select(entry => (entry, plan: catalogue.RatePlans.First(plan => plan.Code == entry.Code)))
            .GroupBy(one => one.plan.Service);
        return
        [
            .. services.SelectMany(service => service.OrderBy(one => one.entry.Priority).Select((one, at) =>
            {
                var order = service.Count() == 1 ? "" : say.T(at == 0 ? "asked first" : "asked where those before have no price");
                var terms = OfferWords.Terms(one.entry with { Priority = 100 }, say);
                return string.Join(", ", new[] { Title(one.plan), order, terms }.Where(text => text.Length > 0));
            })),
        ];
    }

    private string PhaseName(Offer offer, string code) =>
        offer.Phases.FirstOrDefault(phase => phase.Code == code) is { } phase ? In(phase.Name) : code;

    private ImmutableArray<string> Allowance(Allowance allowance)
    {
        var part = AllowanceWords.Of(allowance, say);
        var zones = allowance.Zones.IsEmpty ? say.T("everywhere") : say.T("to {0}", string.Join(", ",
            allowance.Zones.Select(zone => captions.Zone(zone, options.Language))));
        var then = part.Statements.First(fact => fact.Property == nameof(allowance.Overage)).Text;
        var left = part.Statements.First(fact => fact.Property == nameof(allowance.RollOverPeriods));
        var services = new[] { allowance.Service }.Concat(allowance.MoreServices).Select(say.Service);
        var limits = part.Statements.Where(fact => !fact.IsDefault && fact.Property is nameof(allowance.Bands)
            or nameof(allowance.RatingGroups) or nameof(allowance.When) or nameof(allowance.Takes)
            or nameof(allowance.Shared) or nameof(allowance.MemberLimit) or nameof(allowance.ConnectFee)
            or nameof(allowance.Increments)
            or nameof(allowance.Price));
        var amount = say.Stored(allowance.Amount, allowance.Unit);
        return
        [
            In(allowance.Name), allowance.Amount == 0 ? say.T("what is earned")
                : allowance.PerQuantity ? say.T("{0} for each one of the quantity", amount) : amount,
            string.Join("; ", limits.Where(fact => !fact.IsDefault).Select(fact => fact.Line)
                .Prepend(allowance.PaysUsage ? $"{string.Join(", ", services)} {zones}" : say.T("exchanges"))),
            allowance.Grant switch
            {
                GrantRule.Once => say.T("once"),
                GrantRule.Given => say.T("when given"),
                _ => say.Reset(allowance.Reset),
            },
            left.IsDefault ? then : $"{then}; {say.T("what is left")} {left.Text}",
        ];
    }

    private ImmutableArray<string> Terms(Offer offer)
    {
        var part = OfferWords.Of(offer, catalogue.Counters, say);
        string[] told = [nameof(offer.Payment), nameof(offer.MinimumTerm), nameof(offer.PriceChanges), nameof(offer.AddOnTo),
            nameof(offer.Includes), nameof(offer.Promotion)];
        return
        [
            .. part.Statements.Where(fact => told.Contains(fact.Property, StringComparer.Ordinal) && !fact.IsDefault)
                .Select(fact => Sentence($"{fact.Label}: {fact.Text}")),
            .. part.Parts.Where(inner => inner.Kind is "phase" or "early termination fee" or "commitment" or "cap"
                    or "spending cap" or "earning" or "usage discount")
                .Select(inner => Sentence(
                    $"{say.T(inner.Kind)}{(inner.Kind == "spending cap" ? "" : " " + inner.Name)}: {inner.Summary}")),
            .. catalogue.Discounts.Where(discount => offer.Discounts.Contains(discount.Code, StringComparer.Ordinal))
                .Select(discount => Sentence($"{In(discount.Name)}: {Reduction(discount)}")),
            .. catalogue.Offers
                .Where(one => one.Promotion is not null && one.AddOnTo.Contains(offer.Code, StringComparer.Ordinal))
                .Select(one => Sentence($"{In(one.Name)}: {OfferWords.Promotion(one.Promotion!, say)}{Benefits(one)}")),
        ];
    }

    /// <summary>A discount with what it is taken off.</summary>
    private string Reduction(Discount discount) => string.Join(", ", CatalogueWords.Discount(discount, say).Statements
        .Where(fact => fact.Property is nameof(discount.Scope) or nameof(discount.On)
            || (!fact.IsDefault && fact.Property != nameof(discount.Order)))
        .Select(fact => fact.Line));

    /// <summary>What who gets a promotion has of it; empty when that is nothing.</summary>
    private string Benefits(Offer promotion)
    {
        var part = OfferWords.Of(promotion, catalogue.Counters, say);
        ImmutableArray<string> benefits =
        [
            .. catalogue.Discounts.Where(discount => promotion.Discounts.Contains(discount.Code, StringComparer.Ordinal))
                .Select(discount => $"{In(discount.Name)} ({Reduction(discount)})"),
            .. promotion.Allowances.Select(Allowance).Select(row => $"{row[0]} ({row[1]}, {row[2]}, {row[3]})"),
            .. part.Parts.Where(inner => inner.Kind is "recurring price" or "one-time price" or "earning" or "usage discount")
                .Select(inner => $"{inner.Name} ({inner.Summary})"),
            .. catalogue.RatePlans.Where(plan => Has(promotion, plan)).Select(Title),
        ];
        return benefits.IsEmpty ? "" : "; " + say.T("with {0}", string.Join(", ", benefits));
    }

    private ImmutableArray<string> Example(Offer offer, PriceExample example)
    {
        var plan = catalogue.RatePlans.FirstOrDefault(plan =>
            plan.Service == example.Service && Has(offer, plan));
        var kind = example.Service switch
        {
            ServiceKind.Voice => UnitKind.Duration,
            ServiceKind.Data => UnitKind.Volume,
            _ => UnitKind.Count,
        };
        return
        [
            example.Name, say.Base(example.Quantity, kind),
            example.Refused is null ? say.Money(example.Amount, plan?.Currency ?? catalogue.Currency) : say.T("is refused"),
        ];
    }

    private void Plans(List<RatePlan> plans)
    {
        foreach (var plan in plans)
        {
            blocks.Add(new SheetHeading(2, Title(plan), $"plan-{plan.Code}"));
            blocks.Add(WithoutEmpty(new SheetTable(
                [.. PlanColumns.Select(say.T)], [1, 2], prices.Rows(plan))));
            var part = RatePlanWords.Of(plan, say);
            string[] quiet = [nameof(plan.Service), nameof(plan.Currency), nameof(plan.TimeZone), nameof(plan.Deck),
                nameof(plan.TimeBands)];
            var rules = part.Statements.Where(fact => !fact.IsDefault && !quiet.Contains(fact.Property, StringComparer.Ordinal))
                .Select(fact => Sentence(fact.Line));
            var deck = plan.Prices.Any(price => price.FromDeck)
                ? say.T("All other destinations by the list of the deck {0}, from A to Z below.", plan.Deck!) : null;
            ImmutableArray<string> notes = [.. rules, .. deck is null ? [] : new[] { deck }];
            if (!notes.IsEmpty)
            {
                blocks.Add(new SheetList(notes));
            }
        }
    }

    private void Bands(List<RatePlan> plans)
    {
        foreach (var set in catalogue.TimeBands.Where(set => plans.Any(plan => plan.TimeBands == set.Code)))
        {
            var zones = plans.Where(plan => plan.TimeBands == set.Code).Select(plan => plan.TimeZone.Id)
                .Distinct(StringComparer.Ordinal);
            Table(say.T("Time bands {0} ({1})", set.Code, string.Join(", ", zones)), ["band", "times"], [],
            [
                .. set.Bands.GroupBy(band => band.Code, StringComparer.Ordinal)
                    .Select(group => ImmutableArray.Create(Band(group.Key), string.Join("; ", group.Select(say.Band)))),
                [say.T(TimeBandSet.Other), say.T("any other time")],
            ]);
        }
    }

    private void Decks(List<RatePlan> plans)
    {
        foreach (var deck in catalogue.Decks)
        {
            var plan = plans.FirstOrDefault(plan => plan.Deck == deck.Code && plan.Prices.Any(price => price.FromDeck));
            if (plan is not null)
            {
                blocks.Add(new SheetHeading(2, say.T("Destinations from A to Z: {0}", deck.Code), $"deck-{deck.Code}"));
                blocks.Add(new SheetIndex($"deck-{deck.Code}", prices.Destinations(deck, plan)));
            }
        }
    }

    private void Taxes() => Table("Taxes", ["tax", "country", "rate", "from"], [2],
    [
        .. catalogue.Taxes.SelectMany(tax => tax.Rates.Select(rate => ImmutableArray.Create(
            In(tax.Name), rate.Country, say.Percent(rate.Percent), say.Date(rate.From)))),
    ]);

    private static ImmutableArray<string> Row(string name, (string Net, string Gross) amount, string when) =>
        [name, amount.Net, amount.Gross, when];

    private void Table(
        string title, ImmutableArray<string> columns, ImmutableArray<int> numeric, ImmutableArray<ImmutableArray<string>> rows)
    {
        if (!rows.IsEmpty)
        {
            blocks.Add(new SheetHeading(3, say.T(title), ""));
            blocks.Add(WithoutEmpty(new SheetTable([.. columns.Select(say.T)], numeric, rows)));
        }
    }

    /// <summary>The plan's name, after the service unless the name says it.</summary>
    private string Title(RatePlan plan)
    {
        var (service, name) = (say.Service(plan.Service), In(plan.Name));
        return name.Contains(service, StringComparison.OrdinalIgnoreCase) ? name : $"{service}: {name}";
    }

    /// <summary>Columns after the first in which something stands.</summary>
    private static SheetTable WithoutEmpty(SheetTable table)
    {
        var kept = Enumerable.Range(0, table.Columns.Length)
            .Where(i => i == 0 || table.Rows.Any(row => row[i].Length > 0)).ToList();
        return new SheetTable([.. kept.Select(i => table.Columns[i])],
            [.. table.Numeric.Where(kept.Contains).Select(i => kept.IndexOf(i))],
            [.. table.Rows.Select(row => kept.Select(i => row[i]).ToImmutableArray())]);
    }

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..] + ".";
}
