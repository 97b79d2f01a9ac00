using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Catalog.Wording;

namespace Tollgate.Catalog.Changes;

/// <summary>
/// Compares two catalogues in plain words and money. Parts are told apart by kind and code, so a renamed code is one removed and
/// one new. Pure: the same two catalogues give the same text.
/// </summary>
public static class CatalogueDiff
{
    /// <summary>What became different from one catalogue to the other.</summary>
    /// <param name="before">The older; null: there was none.</param>
    /// <param name="after">The newer.</param>
    /// <param name="language">In which it is told; null: English.</param>
    public static CatalogueDifference Between(Catalogue? before, Catalogue after, Say? language = null)
    {
        var say = language ?? Say.English;
        var old = before is null ? new Part("catalogue", after.Code, after.Code) : CatalogueWords.Of(before, say);
        var now = CatalogueWords.Of(after, say);
        var groups = ImmutableArray.CreateBuilder<ChangeGroup>();
        var head = Statements(before is null ? now : old, now, "catalogue", say);
        if (!head.IsEmpty)
        {
            groups.Add(new ChangeGroup("catalogue", now.Code, now.Name, head));
        }
        var decks = DeckDiff.Between(before?.Decks ?? [], after.Decks, say, out var changed);
        foreach (var (was, part) in Pairs(old.Parts, now.Parts))
        {
            var changes = Group(was, part, say);
            if (!changes.IsEmpty)
            {
                var name = part ?? was!;
                groups.Add(new ChangeGroup(name.Kind, name.Code, name.FullName, changes));
            }
        }
        groups.AddRange(changed);
        return new CatalogueDifference(groups.ToImmutable(), decks);
    }

    private static ImmutableArray<Change> Group(Part? was, Part? now, Say say)
    {
        if (was is null || now is null)
        {
            var kind = was is null ? ChangeKind.New : ChangeKind.Removed;
            var part = (was ?? now)!;
            var details = was is null ? part.Parts.Select(inner => Whole(ChangeKind.New, inner, part.Code, say)) : [];
            return Merge([(Whole(kind, part, "", say), null), .. details.Select((change, i) => (change,
                (Part?)part.Parts[i]))], say);
        }
        return [.. Statements(was, now, now.Code, say), .. Inner(was, now, say)];
    }

    private static ImmutableArray<Change> Inner(Part was, Part now, Say say)
    {
        var changes = new List<(Change, Part?)>();
        foreach (var (old, part) in Pairs(was.Parts, now.Parts))
        {
            if (old is null || part is null)
            {
                var kind = old is null ? ChangeKind.New : ChangeKind.Removed;
                changes.Add((Whole(kind, (old ?? part)!, now.Code, say), old ?? part));
                continue;
            }
            foreach (var change in Statements(old, part, $"{now.Code}/{part.Code}", say, Subject(part, say)))
            {
                changes.Add((change, part));
            }
        }
        return Merge(changes, say);
    }

    /// <summary>What a change is told of: a price by its name alone, anything else with what it is.</summary>
    private static string Subject(Part part, Say say) =>
        part.Kind.EndsWith("price", StringComparison.Ordinal) ? part.Name : $"{say.T(part.Kind)} {part.Name}";

    /// <summary>A part that is new or gone.</summary>
    private static Change Whole(ChangeKind kind, Part part, string path, Say say)
    {
        var summary = part.Summary;
        var text = say.T(kind == ChangeKind.New ? "new {0} {1}" : "removed {0} {1}", say.T(part.Kind), part.Name)
            + (summary.Length == 0 ? "" : $": {summary}");
        return new Change(kind, path.Length == 0 ? part.Code : $"{path}/{part.Code}", text)
        {
            Before = kind == ChangeKind.Removed ? summary : null,
            After = kind == ChangeKind.New ? summary : null,
        };
    }

    /// <summary>Statements that differ.</summary>
    private static ImmutableArray<Change> Statements(Part was, Part now, string path, Say say, string subject = "")
    {
        var changes = ImmutableArray.CreateBuilder<Change>();
        var old = was.Statements.ToDictionary(fact => fact.Property, StringComparer.Ordinal);
        foreach (var fact in now.Statements)
        {
            old.Remove(fact.Property, out var before);
            if (before is null)
            {
                changes.Add(new Change(ChangeKind.New, path, Sentence(subject, fact.Label, say.T("new, {0}", fact.Text)))
                {
                    After = fact.Text,
                });
            }
            else if (before.Text != fact.Text)
            {
                changes.Add(Changed(before, fact, path, subject, say));
            }
        }
        foreach (var gone in old.Values)
        {
            changes.Add(new Change(ChangeKind.Removed, path, Sentence(subject, gone.Label, say.T("removed, was {0}", gone.Text)))
            {
                Before = gone.Text,
            });
        }
        return changes.ToImmutable();
    }

    private static Change Changed(Statement before, Statement after, string path, string subject, Say say)
    {
        if (before.Number is not { } first || after.Number is not { } second || before.Suffix != after.Suffix)
        {
            return new Change(ChangeKind.Changed, path, Sentence(subject, after.Label, $"{before.Text} → {after.Text}"))
            {
                Before = before.Text, After = after.Text,
            };
        }
        var percent = Percentages.Between(first, second);
        var share = percent is { } value && after.Sense != Sense.Neutral ? $" ({Signed(value, say)} %)" : "";
        var text = $"{say.Number(first)} → {say.Number(second)} {after.Suffix}".TrimEnd() + share;
        return new Change(ChangeKind.Changed, path, Sentence(subject, after.Label, text))
        {
            Before = before.Text, After = after.Text, Percent = percent,
            Effect = (after.Sense, second > first) switch
            {
                (Sense.Price, true) or (Sense.Benefit, false) => ChangeEffect.Dearer,
                (Sense.Price, false) or (Sense.Benefit, true) => ChangeEffect.Cheaper,
                _ => ChangeEffect.Neutral,
            },
        };
    }

    /// <summary>Joins changes of prices that differ in the zone only, and writes the zones into the sentences.</summary>
    private static ImmutableArray<Change> Merge(List<(Change Change, Part? Part)> changes, Say say)
    {
        var merged = ImmutableArray.CreateBuilder<Change>();
        foreach (var group in changes.GroupBy(item => item.Part?.Zone is null
            ? (item.Change.Text, item.Change.Path) : (item.Change.Text, "")))
        {
            var zones = group.Select(item => item.Part?.Zone).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
            var change = group.First().Change;
            merged.Add(zones.Count == 0
                ? change : change with { Text = change.Text.Replace("{0}", Zones(zones, say), StringComparison.Ordinal) });
        }
        return merged.ToImmutable();
    }

    private static string Zones(List<string> zones, Say say) => zones.Count <= 12
        ? string.Join(", ", zones)
        : string.Join(", ", zones.Take(10)) + say.T(" and {0} more zones",
            (zones.Count - 10).ToString(CultureInfo.InvariantCulture));

    private static string Sentence(string subject, string label, string what) => (subject.Length, label.Length) switch
    {
        (0, 0) => what,
        (0, _) => $"{label}: {what}",
        (_, 0) => $"{subject}: {what}",
        _ => $"{subject}, {label}: {what}",
    };

    internal static string Signed(decimal percent, Say say) =>
        say.Point(percent.ToString("+0.#;−0.#;±0", CultureInfo.InvariantCulture));

    /// <summary>Parts of both by kind and code: those of the newer in its order, then those that are gone.</summary>
    private static IEnumerable<(Part? Was, Part? Now)> Pairs(ImmutableArray<Part> was, ImmutableArray<Part> now)
    {
        var old = new Dictionary<(string, string), Part>();
        foreach (var part in was)
        {
            old.TryAdd((part.Kind, part.Code), part);
        }
        foreach (var part in now)
        {
            old.Remove((part.Kind, part.Code), out var before);
            yield return (before, part);
        }
        foreach (var gone in was.Where(part => old.ContainsKey((part.Kind, part.Code))))
        {
            yield return (gone, null);
        }
    }
}
