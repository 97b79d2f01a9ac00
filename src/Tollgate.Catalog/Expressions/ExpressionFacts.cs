namespace Tollgate.Catalog;

/// <summary>Names that expressions know; any other name is an attribute of the record.</summary>
public enum Fact : byte
{
    /// <summary><c>voice</c>, <c>sms</c>, <c>mms</c>, <c>data</c> or <c>content</c>.</summary>
    Service,
    /// <summary>The served party's identity.</summary>
    Subject,
    /// <summary>The calling number.</summary>
    Origin,
    /// <summary>The called number, short code, APN or partner.</summary>
    Destination,
    /// <summary>Zone of the destination.</summary>
    Zone,
    /// <summary>Zone of the calling number.</summary>
    From,
    /// <summary>Zone of the visited network, or <c>home</c>.</summary>
    Visited,
    /// <summary>Time band of the start.</summary>
    Band,
    /// <summary><c>on-net</c> or <c>off-net</c>.</summary>
    Net,
    /// <summary>Kind of the called number, or empty.</summary>
    Kind,
    /// <summary>Network of the called number, by the portability table, else by the deck; or empty.</summary>
    Network,
    /// <summary>Seconds.</summary>
    Duration,
    /// <summary>Octets in both directions.</summary>
    Octets,
    OctetsUp,
    OctetsDown,
    /// <summary>Number of events.</summary>
    Events,
    /// <summary>Chargeable quantity that allowances leave, in the unit of the price; in formulas only.</summary>
    Quantity,
}

/// <summary>What an expression can look at: the fields and attributes of one event.</summary>
public abstract class ExpressionFacts
{
    /// <summary>The text of a fact that is text.</summary>
    public abstract string Text(Fact fact);

    /// <summary>The value of a fact that is a number.</summary>
    public abstract decimal Number(Fact fact);

    /// <summary>The value of an attribute, or null.</summary>
    public abstract string? Attribute(string name);

    /// <summary>The name of a fact in expressions, e.g. <c>octets-up</c>.</summary>
    public static string NameOf(Fact fact) => string.Concat(fact.ToString().Select((c, i) =>
        char.IsUpper(c) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(c) : c.ToString()));

    /// <summary>True for facts that are numbers.</summary>
    public static bool IsNumber(Fact fact) => fact >= Fact.Duration;
}
