using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Primitives;

namespace Tollgate.Billing;

/// <summary>A question to a tax service: the charges of one document. Amounts are minor units.</summary>
/// <param name="Seller">Id.</param>
/// <param name="SellerCountry">ISO 3166-1 alpha-2.</param>
/// <param name="Account">Id.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Date">Issue date, ISO.</param>
/// <param name="Language">BCP 47 tag for names and notes.</param>
/// <param name="PerLine">Taxes are rounded on each line.</param>
/// <param name="Exemptions">Papers of the customer.</param>
/// <param name="Lines">Charges; negative where something is taken back.</param>
public sealed record TaxRequest(
    string Seller, string SellerCountry, string Account, string Currency, string Date, string Language, bool PerLine,
    ImmutableArray<TaxRequestExemption> Exemptions, ImmutableArray<TaxRequestLine> Lines);

/// <summary>A paper by which the customer does not pay taxes; days are ISO, <paramref name="To"/> excluded and null for no
/// end.</summary>
public sealed record TaxRequestExemption(ImmutableArray<string> Taxes, string Reason, string Certificate, string From,
    string? To);

/// <summary>A charge to be taxed.</summary>
/// <param name="No">1, 2, 3 …</param>
/// <param name="Category">Tax category of the catalogue.</param>
/// <param name="Code">Price code.</param>
/// <param name="AmountMinor">With tax where <paramref name="TaxIncluded"/>.</param>
/// <param name="TaxIncluded">The amount contains tax.</param>
/// <param name="From">First day charged, ISO.</param>
/// <param name="To">Day after the last, ISO; the tax date is the day before.</param>
/// <param name="Place">Of the customer on the tax date.</param>
/// <param name="Customer">Type of the customer on the tax date.</param>
/// <param name="LineUnits">For fixed levies per charge.</param>
/// <param name="ServiceUnits">For fixed levies per service.</param>
public sealed record TaxRequestLine(
    int No, string Category, string Code, long AmountMinor, bool TaxIncluded, string From, string To, TaxPlace Place,
    TaxCustomer Customer, long LineUnits, long ServiceUnits);

/// <summary>What a tax service answers: every line of the request once.</summary>
public sealed record TaxAnswer(ImmutableArray<TaxAnswerLine> Lines);

/// <summary>The taxes of a line.</summary>
/// <param name="No">As asked.</param>
/// <param name="NetMinor">Without tax: the amount asked, less the taxes where it contained them.</param>
/// <param name="Taxes">None: not taxed.</param>
public sealed record TaxAnswerLine(int No, long NetMinor, ImmutableArray<AnsweredTax> Taxes);

/// <summary>One tax of a line.</summary>
public sealed record AnsweredTax(
    string Code, string Name, string Country, decimal Percent, long BaseMinor, long TaxMinor, string Region = "",
        decimal Fixed = 0,
    TaxTreatment Treatment = TaxTreatment.Taxed, string Note = "", string LedgerAccount = "");

/// <summary>Who sells to whom, as taxes see it.</summary>
/// <param name="SellerCountry">ISO 3166-1 alpha-2.</param>
/// <param name="TaxCountry">Of the account.</param>
/// <param name="Language">Of the account's documents.</param>
public sealed record TaxSubject(
    SellerId Seller, string SellerCountry, AccountId Account, string TaxCountry, string Language, TaxProfile Profile,
    TaxRounding Rounding)
{
    /// <summary>Of a bill.</summary>
    public static TaxSubject Of(BillingInput input) => new(
        input.Seller.Id, input.Seller.Country, input.Account.Id, input.Account.TaxCountry, input.Account.Language,
        input.Account.Tax ?? TaxProfile.In(input.Account.TaxCountry), input.Policy.TaxRounding);
}

/// <summary>Taxes that come from a service: what is asked, and what the answer makes of a draft. Pure; the call is the
/// shell's.</summary>
public static class ExternalTaxes
{
    /// <summary>The question about a draft that bears no taxes yet (<see cref="BillingInput.ExternalTax"/>). A line that has
    /// parts holds no amount and is not asked about.</summary>
    public static TaxRequest Request(TaxSubject subject, BillDraft draft)
    {
        var profile = subject.Profile;
        return new TaxRequest(
            subject.Seller.ToString(), subject.SellerCountry, subject.Account.ToString(), draft.Currency.Code,
            Iso(draft.IssueDate), subject.Language, subject.Rounding == TaxRounding.PerLine,
            [
                .. profile.Exemptions.Select(one => new TaxRequestExemption(
                    one.Taxes, one.Reason, one.Certificate, Iso(one.From), one.To is { } to ? Iso(to) : null)),
            ],
            [
                .. draft.Lines.Where(line => !HasParts(draft, line)).Select(line => new TaxRequestLine(
                    line.No, line.TaxCode, line.Code, line.AmountMinor, line.TaxIncluded, Iso(line.Period.From),
                    Iso(line.Period.To), profile.On(line.Period.LastDay).Place, profile.On(line.Period.LastDay).Type,
                        line.LevyLines,
                    line.LevyServices)),
            ]);
    }

    /// <summary>The built-in rules as a tax service.</summary>
    /// <returns>The answer, or what is missing in the catalogue.</returns>
    public static (TaxAnswer? Answer, string Problem) Answer(Catalog.Catalogue catalogue, TaxRequest request)
    {
        var exemptions = request.Exemptions.Select(one => new TaxExemption(
            one.Taxes, one.Reason, one.Certificate, Day(one.From), one.To is { } to ? Day(to) : null)).ToImmutableArray();
        var lines = new List<TaxableLine>();
        foreach (var line in request.Lines)
        {
            var profile = new TaxProfile
            {
                Standings = [new TaxStanding(LocalDate.MinIsoValue, line.Place, line.Customer)], Exemptions = exemptions,
            };
            var day = Day(line.To).PlusDays(-1);
            if (catalogue.Taxes.FirstOrDefault(tax => tax.Code == line.Category) is not { } category || TaxDetermination.Of(
                catalogue, category, new TaxQuestion(request.SellerCountry, profile, day, request.Language)) is not { } set)
            {
                return (null, $"Category '{line.Category}' has no tax for {line.Place.Country} on {Iso(day)}.");
            }
            lines.Add(new TaxableLine(set, line.AmountMinor, line.TaxIncluded, line.LineUnits, line.ServiceUnits));
        }
        var unit = Units.Find(request.Currency) ?? Units.Currency(request.Currency, 2);
        var (taxed, _) = TaxMath.Of(lines, request.PerLine ? TaxRounding.PerLine : TaxRounding.PerDocument, unit);
        return (new TaxAnswer(
        [
            .. taxed.Select((line, i) => new TaxAnswerLine(request.Lines[i].No, line.NetMinor,
            [
                .. lines[i].Taxes.Parts.Select((part, p) => new AnsweredTax(
                    part.Code, part.Name, part.Country, part.Percent, line.Parts[p].BaseMinor, line.Parts[p].TaxMinor,
                        part.Region,
                    part.Fixed, lines[i].Taxes.Treatment, lines[i].Taxes.Note, part.LedgerAccount)),
            ])),
        ]), "");
    }

    /// <summary>A bill with the answered taxes; or what is wrong with the answer.</summary>
    public static (BillDraft? Draft, string Problem) Apply(BillingInput input, BillDraft draft, TaxAnswer answer)
    {
        var (lines, taxes, problem) = Taxed(draft, answer, input.Account.TaxCountry);
        if (problem.Length > 0)
        {
            return (null, problem);
        }
        var work = new BillWork(input);
        (lines, taxes) = AdvanceSetOff.Apply(work, lines, taxes, draft.SettledMinor);
        // What is left to pay is known only now: credits after tax and cash rounding come after the answer.
        return (BillCalculator.Close(work, lines, taxes, draft.SettledMinor, draft.SettledSteps,
            draft.Credits.Where(credit => credit.BeforeTax)), "");
    }

    /// <summary>A single document with the answered taxes; or what is wrong with the answer.</summary>
    public static (BillDraft? Draft, string Problem) Apply(TaxSubject subject, BillDraft draft, TaxAnswer answer)
    {
        var (lines, taxes, problem) = Taxed(draft, answer, subject.TaxCountry);
        if (problem.Length > 0)
        {
            return (null, problem);
        }
        var (net, tax) = (lines.Sum(line => line.NetMinor), taxes.Sum(one => one.TaxMinor));
        return (draft with { Lines = lines, Taxes = taxes, NetMinor = net, TaxMinor = tax, GrossMinor = net + tax }, "");
    }

    private static bool HasParts(BillDraft draft, BillLine line) => draft.Lines.Any(part => part.ParentNo == line.No);

    /// <summary>The lines and the sums of their taxes; or what is wrong with the answer.</summary>
    private static (ImmutableArray<BillLine> Lines, ImmutableArray<TaxSubtotal> Taxes, string Problem) Taxed(
        BillDraft draft, TaxAnswer answer, string country)
    {
        var byNo = answer.Lines.ToLookup(line => line.No);
        var lines = ImmutableArray.CreateBuilder<BillLine>(draft.Lines.Length);
        foreach (var line in draft.Lines)
        {
            if (HasParts(draft, line))
            {
                lines.Add(line with { TaxPercent = 0m, TaxSet = null });
                continue;
            }
            if (byNo[line.No].ToArray() is not [var own])
            {
                return ([], [], string.Create(CultureInfo.InvariantCulture,
                    $"Line {line.No} is answered {byNo[line.No].Count()} times."));
            }
            var tax = own.Taxes.Sum(one => one.TaxMinor);
            if (own.NetMinor + (line.TaxIncluded ? tax : 0) != line.AmountMinor)
            {
                return ([], [], string.Create(CultureInfo.InvariantCulture,
                    $"Line {line.No}: net {own.NetMinor} and taxes {tax} do not make the amount {line.AmountMinor}."));
            }
            var set = SetOf(line, own, country);
            lines.Add(line with
            {
                NetMinor = own.NetMinor, TaxMinor = tax, TaxPercent = set.Percent, TaxSet = set,
                TaxParts = [.. own.Taxes.Select(one => new TaxAmountOfLine(one.Code, one.BaseMinor, one.TaxMinor))],
            });
        }
        var taxed = lines.MoveToImmutable();
        var taxes = CreditMath.Subtotals(
            [.. taxed.Where(line => !HasParts(draft, line))],
            line => SetOf(line, new TaxAnswerLine(line.No, 0, []), country));
        return (taxed, taxes, "");
    }

    private static TaxSet SetOf(BillLine line, TaxAnswerLine answer, string country) => answer.Taxes.IsDefaultOrEmpty
        ? new TaxSet(line.TaxCode, TaxTreatment.OutsideScope, "",
            [new TaxPart { Code = line.TaxCode, Name = line.TaxCode, Country = country, Percent = 0m }])
        : new TaxSet(line.TaxCode, answer.Taxes[0].Treatment, answer.Taxes[0].Note,
        [
            .. answer.Taxes.Select(tax => new TaxPart
            {
                Code = tax.Code, Name = tax.Name, Country = tax.Country, Region = tax.Region, Percent = tax.Percent,
                Fixed = tax.Fixed, LedgerAccount = tax.LedgerAccount,
            }),
        ]);

    private static string Iso(LocalDate day) => day.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);

    private static LocalDate Day(string text) => NodaTime.Text.LocalDatePattern.Iso.Parse(text).Value;
}
