using System.Text;
using Tollgate.Primitives;

namespace Tollgate.Mediation.Reading;

/// <summary>Reads who calls, who is called and who is charged, by the source's numbering plan and subject kind.</summary>
internal sealed class Parties
{
    private readonly IdentityKind _kind;
    private readonly NumberNormaliser _numbers;
    private readonly InternTable _destinations;
    private readonly InternTable _origins;
    private readonly InternTable _subjects;

    internal Parties(UsageSource source, IdentityKind kind)
    {
        _kind = kind;
        _numbers = new NumberNormaliser(source.Numbering ?? new());
        _destinations = new InternTable(Normalise);
        _origins = new InternTable(NumberOrNothing);
        _subjects = new InternTable(Subject);
    }

    /// <summary>The called number, short code or name.</summary>
    internal string Destination(ReadOnlySpan<byte> utf8) => _destinations.Get(utf8);

    /// <summary>The calling number as E.164 digits; empty when it is withheld or not a number.</summary>
    internal string Origin(ReadOnlySpan<byte> utf8) => _origins.Get(utf8);

    /// <summary>The served party, or false when the field is empty.</summary>
    internal bool TrySubject(string field, ReadOnlySpan<byte> utf8, out ServiceIdentity subject, out Decoded fault)
    {
        var value = _subjects.Get(utf8);
        subject = new ServiceIdentity(_kind, value);
        fault = value.Length == 0 ? Decoded.Reject(HoldReason.MissingField, $"{field} (the subject) is empty.") : default;
        return value.Length > 0;
    }

    private string Normalise(ReadOnlySpan<byte> utf8)
    {
        Span<char> chars = utf8.Length <= 64 ? stackalloc char[64] : new char[utf8.Length];
        return _numbers.Normalise(chars[..Encoding.UTF8.GetChars(utf8, chars)]);
    }

    private string NumberOrNothing(ReadOnlySpan<byte> utf8)
    {
        var number = Normalise(utf8);
        return NumberNormaliser.IsNumber(number) ? number : "";
    }

    private string Subject(ReadOnlySpan<byte> utf8)
    {
        switch (_kind)
        {
            case IdentityKind.Msisdn:
                return Normalise(utf8);
            case IdentityKind.UserName:
            case IdentityKind.Mac:
                return Encoding.UTF8.GetString(utf8).Trim().ToLowerInvariant();
            case IdentityKind.SipUri:
                var uri = Encoding.UTF8.GetString(utf8).Trim().ToLowerInvariant();
                var scheme = uri.StartsWith("sips:", StringComparison.Ordinal) ? 5 : uri.StartsWith("sip:", StringComparison.Ordinal) ? 4 : 0;
                var end = uri.IndexOf(';', StringComparison.Ordinal);
                return end < 0 ? uri[scheme..] : uri[scheme..end];
            case IdentityKind.Imsi:
            case IdentityKind.IpAddress:
            case IdentityKind.Trunk:
            case IdentityKind.AccountCode:
            default:
                return Encoding.UTF8.GetString(utf8).Trim();
        }
    }
}
