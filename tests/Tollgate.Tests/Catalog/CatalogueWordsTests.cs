using System.Collections.Immutable;
using System.Reflection;
using NodaTime;
using Tollgate.Catalog;
using Tollgate.Catalog.Changes;
using Tollgate.Catalog.Wording;
using Tollgate.Primitives;

namespace Tollgate.Tests.Catalog;

/// <summary>Nothing of the model can change without a diff telling it: every property of every record is changed once.</summary>
public sealed class CatalogueWordsTests
{
    private static readonly LocalDate Day = new(2026, 10, 5);

    public static TheoryData<string> Records =>
    [
        nameof(Offer), nameof(OfferPlan), nameof(Promotion), nameof(RecurringPrice), nameof(OneTimePrice),
        nameof(InstalmentPrice), nameof(OfferPhase), nameof(MinimumTerm), nameof(EarlyTerminationFee), nameof(SpendRule),
        nameof(Allowance), nameof(Earning), nameof(SpendingCap),
        nameof(UsageDiscount), nameof(RatePlan), nameof(UsagePrice), nameof(Discount), nameof(Counter), nameof(Leg),
        nameof(TaxCategory), nameof(TimeBandSet), nameof(HolidayCalendar), nameof(PortabilityTable), nameof(NumberingPlan),
        nameof(Unit), nameof(TaxRule), nameof(TaxSpecialCase), nameof(Tollgate.Catalog.Catalogue),
    ];

    [Theory]
    [MemberData(nameof(Records))]
    public void Every_property_that_changes_shows_in_the_diff(string record)
    {
        var type = new[] { typeof(Offer).Assembly, typeof(Unit).Assembly }.Select(assembly => assembly.GetTypes()
            .FirstOrDefault(type => type.Name == record && type.IsPublic)).OfType<Type>().First();
        var sample = Samples.Of(type, 0);
        var before = Put(sample);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is not null && !Ignored(type, property)))
        {
            var other = Samples.Of(property.PropertyType, 1);
            var after = Samples.With(
                sample, property, other.Equals(property.GetValue(sample)) ? Samples.Of(property.PropertyType, 0) : other);
            Assert.True(CatalogueDiff.Between(before, Put(after)).Any, $"{record}.{property.Name} does not show.");
        }
    }

    [Fact]
    public void Every_price_model_has_words()
    {
        var models = typeof(PriceModel).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(PriceModel))).ToList();
        Assert.NotEmpty(models);
        foreach (var model in models)
        {
            var one = (PriceModel)Samples.Of(model, 0);
            var price = (UsagePrice)Samples.Of(typeof(UsagePrice), 0) with { Model = one, Per = Units.Minute };
            Assert.NotEmpty(PriceModelWords.Of(price, Units.Eur, Say.English).Text);
            foreach (var property in model.GetProperties().Where(property => property.SetMethod is not null))
            {
                var other = price with { Model = (PriceModel)Samples.With(one, property, Samples.Of(property.PropertyType, 1)) };
                Assert.NotEqual(PriceModelWords.Of(price, Units.Eur, Say.English).Text, PriceModelWords.Of(other, Units.Eur,
                    Say.English).Text);
            }
        }
    }

    /// <summary>The rows of decks and examples are not part of the words; a price's own number only counts in its
    /// model.</summary>
    private static bool Ignored(Type type, PropertyInfo property) =>
        (type == typeof(Tollgate.Catalog.Catalogue)
            && property.Name is nameof(Tollgate.Catalog.Catalogue.Decks) or nameof(Tollgate.Catalog.Catalogue.Examples))
        || (type == typeof(UsagePrice) && property.Name is nameof(UsagePrice.FromDeck) or nameof(UsagePrice.PerUnit));

    /// <summary>A catalogue that holds the value where it belongs.</summary>
    private static Tollgate.Catalog.Catalogue Put(object value)
    {
        var catalogue = new Tollgate.Catalog.Catalogue { Code = "c", Currency = Units.Eur, TimeZone = DateTimeZone.Utc };
        var offer = new Offer { Code = "o", Name = "O" };
        var plan = (RatePlan)Samples.Of(typeof(RatePlan), 0);
        Offer? inOffer = value switch
        {
            Offer it => it,
            Promotion it => offer with { Promotion = it },
            OfferPlan it => offer with { RatePlans = [it] },
            RecurringPrice it => offer with { Recurring = [it] },
            OneTimePrice it => offer with { OneTime = [it] },
            InstalmentPrice it => offer with { Instalments = [it] },
            OfferPhase it => offer with { Phases = [it] },
            MinimumTerm it => offer with { MinimumTerm = it },
            EarlyTerminationFee it => offer with { MinimumTerm = new MinimumTerm(BillInterval.Year, it) },
            SpendRule it => offer with { Spend = [it] },
            Allowance it => offer with { Allowances = [it] },
            Earning it => offer with { Earns = [it] },
            SpendingCap it => offer with { SpendingCaps = [it] },
            UsageDiscount it => offer with { UsageDiscounts = [it] },
            _ => null,
        };
        return (inOffer, value) switch
        {
            ({ } it, _) => catalogue with { Offers = [it] },
            (_, Tollgate.Catalog.Catalogue it) => it,
            (_, RatePlan it) => catalogue with { RatePlans = [it] },
            (_, UsagePrice it) => catalogue with { RatePlans = [plan with { Prices = [it with { Per = Time(it.Per) }] }] },
            (_, Discount it) => catalogue with { Discounts = [it] },
            (_, Counter it) => catalogue with { Counters = [it] },
            (_, Leg it) => catalogue with { Legs = [it] },
            (_, TaxCategory it) => catalogue with { Taxes = [it] },
            (_, TaxRule it) => catalogue with { TaxRules = [it] },
            (_, TaxSpecialCase it) => catalogue with { TaxCases = [it] },
            (_, TimeBandSet it) => catalogue with { TimeBands = [it] },
            (_, HolidayCalendar it) => catalogue with { Holidays = [it] },
            (_, PortabilityTable it) => catalogue with { Portability = [it] },
            (_, NumberingPlan it) => catalogue with { Numbering = it },
            (_, Unit it) => catalogue with { Units = [it] },
            _ => throw new InvalidOperationException($"No place for {value.GetType().Name}."),
        };
    }

    private static Unit Time(Unit unit) => unit == Units.Eur ? Units.Minute : Units.Second;

    /// <summary>Makes values of any type of the model; another number makes another value.</summary>
    private static class Samples
    {
        public static object Of(Type type, int n)
        {
            var inner = Nullable.GetUnderlyingType(type) ?? type;
            if (Simple(inner, n) is { } simple)
            {
                return simple;
            }
            if (inner.IsEnum)
            {
                var values = Enum.GetValues(inner);
                return values.GetValue(n % values.Length)!;
            }
            if (inner.IsGenericType && inner.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
            {
                var item = inner.GetGenericArguments()[0];
                var array = Array.CreateInstance(item, 1);
                array.SetValue(Of(item, n), 0);
                return typeof(ImmutableArray).GetMethods().First(method => method.Name == "Create"
                    && method.GetParameters() is [{ ParameterType.IsArray: true }]).MakeGenericMethod(item).Invoke(null,
                        [array])!;
            }
            var made = Make(inner, n);
            foreach (var property in inner.GetProperties().Where(property => Required(property)))
            {
                property.SetValue(made, Of(property.PropertyType, n));
            }
            return made;
        }

        /// <summary>A copy with another value.</summary>
        public static object With(object sample, PropertyInfo property, object value)
        {
            var copy = sample.GetType().GetMethod("<Clone>$")?.Invoke(sample, null) ?? sample;
            property.SetValue(copy, value);
            return copy;
        }

        private static bool Required(PropertyInfo property) =>
            property.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is not null;

        private static object Make(Type type, int n)
        {
            if (type == typeof(PriceModel))
            {
                return n == 0 ? PerUnitPrice.Default : new FlatPrice(3);
            }
            if (type.GetField("Default", BindingFlags.Public | BindingFlags.Static) is { } only && only.FieldType == type)
            {
                return only.GetValue(null)!;
            }
            var constructor = type.GetConstructors().OrderByDescending(one => one.GetParameters().Length).First();
            return constructor.Invoke([.. constructor.GetParameters().Select(parameter => Of(parameter.ParameterType, n))]);
        }

        private static object? Simple(Type type, int n) => type switch
        {
            _ when type == typeof(string) => $"s{n}",
            _ when type == typeof(CatalogueName) => new CatalogueName($"Name {n}"),
            _ when type == typeof(int) => 7 + n,
            _ when type == typeof(long) => 7L + n,
            _ when type == typeof(decimal) => 7m + n,
            _ when type == typeof(bool) => n == 1,
            _ when type == typeof(LocalDate) => Day.PlusDays(n),
            _ when type == typeof(DateTimeZone) => n == 0 ? DateTimeZone.Utc : DateTimeZone.ForOffset(Offset.FromHours(1)),
            _ when type == typeof(Unit) => n == 0 ? Units.Eur : Units.Get("USD"),
            _ when type == typeof(Condition) => Condition.Parse($"quantity > {n + 1}"),
            _ when type == typeof(Formula) => Formula.Parse($"quantity + {n + 1}"),
            _ when type == typeof(BillInterval) => BillInterval.OfMonths(n + 1),
            _ => null,
        };
    }
}
