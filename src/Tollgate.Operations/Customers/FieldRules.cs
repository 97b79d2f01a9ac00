using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Operations.Customers;

/// <summary>Collects everything that is wrong with one request or row.</summary>
public sealed class Faults
{
    private readonly List<FieldFault> faults = [];

    public int Count => faults.Count;

    public IReadOnlyList<FieldFault> All => faults;

    public void Add(string field, string message, string cure) => faults.Add(new FieldFault(field, message, cure));

    /// <summary>The refusal <c>invalid</c> with all faults, or null when there is none.</summary>
    public Refusal? Refusal => faults.Count switch
    {
        0 => null,
        1 => new Refusal("invalid", $"{faults[0].Field}: {faults[0].Message} {faults[0].Cure}", Retry.AfterCure, faults[0].Field)
        {
            Faults = [.. faults],
        },
        _ => new Refusal("invalid", string.Create(CultureInfo.InvariantCulture, $"{faults.Count} fields are wrong."))
        {
            Faults = [.. faults],
        },
    };
}

/// <summary>What a field may hold. Each rule adds one fault or none; an empty optional field is always right.</summary>
public static class FieldRules
{
    /// <summary>Longest text that is kept in one field.</summary>
    public const int MaxLength = 500;

    private static readonly ImmutableHashSet<string> CountryCodes =
        ("AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
        + "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB "
        + "GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG "
        + "KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV "
        + "MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB "
        + "SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US "
        + "UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW").Split(' ').ToImmutableHashSet(StringComparer.Ordinal);

    /// <summary>Ways in which an account may pay.</summary>
    public static readonly ImmutableArray<string> PaymentMethods = ["transfer", "direct-debit", "card", "cash"];

    public static void Required(Faults faults, string field, string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            faults.Add(field, "It is missing.", "Give it.");
        }
        Text(faults, field, value);
    }

    /// <summary>No control characters (line breaks only where allowed), not longer than <see cref="MaxLength"/>.</summary>
    public static void Text(Faults faults, string field, string? value, bool lines = false)
    {
        if (value is null)
        {
            return;
        }
        if (value.Length > MaxLength)
        {
            faults.Add(field, string.Create(CultureInfo.InvariantCulture, $"It has {value.Length} characters."),
                string.Create(CultureInfo.InvariantCulture, $"Shorten it to at most {MaxLength}."));
        }
        foreach (var letter in value)
        {
            if (char.IsControl(letter) && !(lines && letter == '\n'))
            {
                faults.Add(field, string.Create(
                    CultureInfo.InvariantCulture, $"It contains the control character U+{(int)letter:X4}."),
                    "Remove it.");
                return;
            }
        }
    }

    /// <summary>An external key or code: 1–100 characters, no blanks at the ends, no control characters.</summary>
    public static void Key(Faults faults, string field, string value)
    {
        if (value.Length > 100 || value.AsSpan().Trim().Length != value.Length)
        {
            faults.Add(field, $"'{Short(value)}' is not a key.", "Use 1 to 100 characters without blanks at the ends.");
        }
        Text(faults, field, value.Length > 100 ? value[..100] : value);
    }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public static void Country(Faults faults, string field, string? value, bool required = false)
    {
        if (!(string.IsNullOrEmpty(value) && !required) && !CountryCodes.Contains(value ?? ""))
        {
            faults.Add(field, $"'{Short(value)}' is not a country.",
                "Use the two capital letters of ISO 3166-1, for example DE.");
        }
    }

    /// <summary>A currency that this installation knows, or null with a fault.</summary>
    public static Unit? Currency(Faults faults, string field, string? value)
    {
        if (Units.Find(value ?? "") is { Kind: UnitKind.Currency } unit)
        {
            return unit;
        }
        faults.Add(field, $"'{Short(value)}' is not a known currency.",
            "Use three capital letters of ISO 4217, for example EUR.");
        return null;
    }

    /// <summary>A zone of the tz database, or null with a fault.</summary>
    public static DateTimeZone? TimeZone(Faults faults, string field, string? value)
    {
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(value ?? "") is { } zone)
        {
            return zone;
        }
        faults.Add(field, $"'{Short(value)}' is not a time zone.", "Use a name of the tz database, for example Europe/Berlin.");
        return null;
    }

    public static void CycleDay(Faults faults, string field, int value) => Range(faults, field, value, 1, 31);

    public static void Range(Faults faults, string field, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            faults.Add(field, string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."),
                string.Create(CultureInfo.InvariantCulture, $"Use {least} to {most}."));
        }
    }

    /// <summary>Shape of an address as mail programs take it: one @, a dot in the domain, no blanks.</summary>
    public static void Email(Faults faults, string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }
        var at = value.IndexOf('@', StringComparison.Ordinal);
        var domain = at < 0 ? "" : value[(at + 1)..];
        if (at < 1 || domain.Contains('@', StringComparison.Ordinal) || domain.IndexOf('.', StringComparison.Ordinal) < 1
            || domain.EndsWith('.') || value.Any(char.IsWhiteSpace) || value.Any(char.IsControl) || value.Length > 254)
        {
            faults.Add(field, $"'{Short(value)}' is not an e-mail address.", "Write it as name@example.org.");
        }
    }

    /// <summary>ISO 13616 shape and check digits.</summary>
    public static void Iban(Faults faults, string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }
        if (value.Length is < 15 or > 34 || !Checks97(value, value[4..] + value[..4]))
        {
            faults.Add(field, $"'{Short(value)}' is not an IBAN.", "Write it without blanks, in capitals, and check its digits.");
        }
    }

    /// <summary>SEPA creditor identifier: country, check digits, business code of three, national number (EPC262-08).</summary>
    public static void CreditorId(Faults faults, string field, string? value)
    {
        if (!string.IsNullOrEmpty(value)
            && (value.Length is < 9 or > 35 || !Checks97(value, value[7..] + value[..4])))
        {
            faults.Add(field, $"'{Short(value)}' is not a creditor identifier.",
                "Write it without blanks, in capitals, for example DE98ZZZ09999999999, and check its digits.");
        }
    }

    /// <summary>Reference of a mandate: up to 35 characters of the SEPA set.</summary>
    public static void Mandate(Faults faults, string field, string? value)
    {
        if (!string.IsNullOrEmpty(value) && (value.Length > 35 || value.Trim() != value || value.Any(letter =>
            !char.IsAsciiLetterOrDigit(letter) && !"+?/-:().,' ".Contains(letter, StringComparison.Ordinal))))
        {
            faults.Add(field, $"'{Short(value)}' is not a mandate reference.",
                "Use 1 to 35 letters, digits, blanks and + ? / - : ( ) . , '.");
        }
    }

    /// <summary>Capitals and digits that leave 1 when divided by 97 (ISO 7064).</summary>
    /// <param name="turned">The value with its first four letters at the end.</param>
    private static bool Checks97(string value, string turned)
    {
        if (!value.All(letter => char.IsAsciiDigit(letter) || char.IsAsciiLetterUpper(letter)))
        {
            return false;
        }
        var rest = 0;
        foreach (var letter in turned)
        {
            var digit = char.IsAsciiDigit(letter) ? letter - '0' : letter - 'A' + 10;
            rest = (rest * (digit > 9 ? 100 : 10) + digit) % 97;
        }
        return rest == 1;
    }

    public static void OneOf(Faults faults, string field, string value, ImmutableArray<string> allowed)
    {
        if (!allowed.Contains(value, StringComparer.Ordinal))
        {
            faults.Add(field, $"'{Short(value)}' is not known.", $"Use {string.Join(", ", allowed)}.");
        }
    }

    /// <summary>An identity in the form in which guiding looks for it (user names in lower case, hardware addresses with
    /// colons).</summary>
    /// <returns>The normal form; the value as it is when it is wrong.</returns>
    public static string Identity(Faults faults, string field, IdentityKind kind, string value)
    {
        var normal = kind is IdentityKind.UserName or IdentityKind.SipUri ? value.ToLowerInvariant() : value;
        var cure = kind switch
        {
            IdentityKind.Msisdn => Digits(value, 5, 15) && value[0] != '0' ? null
                : "Write 5 to 15 digits with the country code and without + or blanks, for example 491701234567.",
            IdentityKind.Imsi => Digits(value, 6, 15) ? null : "Write 6 to 15 digits.",
            IdentityKind.SipUri => normal.Split('@') is [{ Length: > 0 }, { Length: > 0 }]
                && !normal.Any(char.IsWhiteSpace) ? null
                : "Write it as user@domain, with or without sip: in front.",
            IdentityKind.IpAddress => IPAddress.TryParse(value, out var address) && address.ToString() == value ? null
                : "Write an IPv4 or IPv6 address in its shortest form.",
            IdentityKind.Mac => Mac(value, out normal)
                ? null : "Write six pairs of hexadecimal digits, for example 00:1a:2b:3c:4d:5e.",
            IdentityKind.UserName or IdentityKind.Trunk or IdentityKind.AccountCode => value.Length is > 0 and <= 253
                && !value.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter)) ? null
                : "Write 1 to 253 characters without blanks.",
            _ => $"Use one of the kinds {string.Join(", ", IdentityKinds.All)}.",
        };
        if (cure is not null)
        {
            faults.Add(field, value.Length == 0
                ? "It is missing." : $"'{Short(value)}' is not an identity of kind {IdentityKinds.Name(kind)}.", cure);
            return value;
        }
        return normal;
    }

    /// <summary>At most 60 characters of a value, for messages.</summary>
    public static string Short(string? value) => value is null ? "" : value.Length <= 60 ? value : value[..60] + "…";

    private static bool Digits(string value, int least, int most) =>
        value.Length >= least && value.Length <= most && value.All(char.IsAsciiDigit);

    private static bool Mac(string value, out string normal)
    {
        var digits = value.Replace(":", "", StringComparison.Ordinal)
            .Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        normal = value;
        if (digits.Length != 12 || !digits.All(char.IsAsciiHexDigitLower))
        {
            return false;
        }
        normal = string.Join(':', Enumerable.Range(0, 6).Select(i => digits.Substring(i * 2, 2)));
        return true;
    }
}

/// <summary>Text forms of <see cref="IdentityKind"/> in the API, the CLI and CSV files.</summary>
public static class IdentityKinds
{
    private static readonly (IdentityKind Kind, string Name)[] Names =
    [
        (IdentityKind.Msisdn, "msisdn"), (IdentityKind.Imsi, "imsi"), (IdentityKind.SipUri, "sip-uri"),
        (IdentityKind.UserName, "user-name"),
        (IdentityKind.IpAddress, "ip-address"), (IdentityKind.Mac, "mac"), (IdentityKind.Trunk, "trunk"),
        (IdentityKind.AccountCode, "account-code"),
    ];

    public static IEnumerable<string> All => Names.Select(pair => pair.Name);

    public static string Name(IdentityKind kind) => Names.FirstOrDefault(pair => pair.Kind == kind).Name ?? "unknown";

    /// <summary>The kind of this name, or null.</summary>
    public static IdentityKind? Find(string? name)
    {
        foreach (var (kind, text) in Names)
        {
            if (text == name)
            {
                return kind;
            }
        }
        return null;
    }
}
