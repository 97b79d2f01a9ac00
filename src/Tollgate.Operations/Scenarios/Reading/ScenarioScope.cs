using System.Collections.Immutable;
using NodaTime;
using NodaTime.Text;
using Tollgate.Catalog;
using Tollgate.Catalog.Reading;
using Tollgate.Primitives;

namespace Tollgate.Operations.Scenarios.Reading;

/// <summary>What the readers of one scenario share: findings, notations, the keys that are known so far, and the story's
/// clock.</summary>
internal sealed class ScenarioScope(string file, FindingList findings)
{
    internal string File { get; } = file;

    internal FindingList Findings { get; } = findings;

    internal Quantities Quantities { get; set; } = new(findings, ImmutableDictionary<string, Unit>.Empty);

    /// <summary>Zone of the story's local times.</summary>
    internal DateTimeZone Zone { get; set; } = DateTimeZone.Utc;

    /// <summary>Currency of amounts without one.</summary>
    internal Unit Currency { get; set; } = Units.Eur;

    /// <summary>Where the clock stands before the step that is being read.</summary>
    internal Instant Clock { get; set; }

    internal CatalogueTree Catalogue { get; set; } = CatalogueTree.Empty;

    internal KeyBook Sellers { get; } = new("seller", findings);

    internal KeyBook Customers { get; } = new("customer", findings);

    internal KeyBook Accounts { get; } = new("account", findings);

    internal KeyBook Subscriptions { get; } = new("subscription", findings);

    /// <summary>Discounts that the story gives, by hand or by coupons.</summary>
    internal KeyBook Discounts { get; } = new("discount", findings);

    /// <summary>Lines, credits and deposits that the story gives to accounts.</summary>
    internal KeyBook Adjustments { get; } = new("adjustment", findings);

    /// <summary>Told after each mapping which keys it may have; the tests hold them against the JSON Schema.</summary>
    internal Action<string, IReadOnlyList<string>>? KeysSeen { get; init; }

    /// <summary>Ends the reading of a mapping: keys that nobody asked for are unknown.</summary>
    internal void Done(Fields fields, string shape)
    {
        fields.Done();
        KeysSeen?.Invoke(shape, fields.Asked);
    }

    /// <summary>A date (its first moment), a local time, or a time with <c>Z</c> or an offset.</summary>
    internal Instant Time(YamlScalar scalar)
    {
        if (LocalDatePattern.Iso.Parse(scalar.Text) is { Success: true } date)
        {
            return date.Value.AtStartOfDayInZone(Zone).ToInstant();
        }
        var offset = OffsetDateTimePattern.ExtendedIso.Parse(scalar.Text);
        return offset.Success ? offset.Value.ToInstant() : Quantities.Time(scalar).InZoneLeniently(Zone).ToInstant();
    }

    internal Instant? OptionalTime(Fields fields, string key) =>
        fields.Scalar(key, required: false) is { } scalar ? Time(scalar) : null;

    internal LocalDate? OptionalDate(Fields fields, string key) =>
        fields.Scalar(key, required: false) is { } scalar ? Quantities.Date(scalar) : null;

    /// <summary>An amount, <c>20.00</c> or <c>20.00 USD</c>; may be negative.</summary>
    internal Money? OptionalAmount(Fields fields, string key)
    {
        if (fields.Scalar(key, required: false) is not { } scalar)
        {
            return null;
        }
        var negative = scalar.Text.StartsWith('-');
        var amount = Quantities.Amount(scalar with { Text = scalar.Text.TrimStart('-') }, Currency);
        return negative ? -amount : amount;
    }

    /// <summary>The local day on which the story's clock stands.</summary>
    internal LocalDate Today => Clock.InZone(Zone).Date;
}

/// <summary>The keys of one kind of thing in a scenario, in the order in which they come.</summary>
internal sealed class KeyBook(string what, FindingList findings)
{
    private readonly List<string> keys = [];

    internal IReadOnlyList<string> All => keys;

    /// <summary>Adds a key; one that is there already is a finding.</summary>
    internal string Add(string key, Place place)
    {
        if (keys.Contains(key))
        {
            findings.Error(CatalogueFindings.Duplicate, place, $"There is a {what} '{key}' already.",
                "Give it another 'key'.");
        }
        keys.Add(key);
        return key;
    }

    /// <summary>Adds the <c>key</c> that a mapping gives; without one what it is, and for the second of that -2, and so
    /// on.</summary>
    internal string Name(Fields fields, string otherwise)
    {
        if (fields.Scalar("key", required: false) is { } scalar)
        {
            return Add(scalar.Text, scalar.Place);
        }
        var (key, number) = (otherwise, 1);
        while (keys.Contains(key))
        {
            key = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{otherwise}-{++number}");
        }
        return Add(key, fields.Place);
    }

    /// <summary>The key that a mapping names, or null when it names none.</summary>
    internal string? Named(Fields fields, string name) =>
        fields.Scalar(name, required: false) is { } scalar ? Known(scalar) : null;

    /// <summary>The key that a mapping names; the only one when it names none.</summary>
    internal string Use(Fields fields, string name)
    {
        if (fields.Scalar(name, required: false) is { } scalar)
        {
            return Known(scalar);
        }
        if (keys.Count == 1)
        {
            return keys[0];
        }
        findings.Error(CatalogueFindings.Missing, fields.Place,
            keys.Count == 0 ? $"There is no {what} yet." : $"There are several {what}s; say which one.",
            keys.Count == 0 ? $"Add the {what} first." : $"Add '{name}: …', one of {string.Join(", ", keys)}.");
        return "";
    }

    internal string Known(YamlScalar scalar)
    {
        if (!keys.Contains(scalar.Text))
        {
            findings.Error(CatalogueFindings.Reference, scalar.Place, $"There is no {what} '{scalar.Text}' at this point.",
                findings.DidYouMean(scalar.Text, keys, $"Add the {what} before it is used."));
        }
        return scalar.Text;
    }
}
