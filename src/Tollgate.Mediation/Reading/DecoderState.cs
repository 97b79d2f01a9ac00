using System.Globalization;

namespace Tollgate.Mediation.Reading;

/// <summary>The parsed form of <see cref="IDecoder.State"/>: <c>line;skipping;header</c>.</summary>
/// <param name="Line">1-based line of the next unread byte.</param>
/// <param name="Skipping">True inside an over-long record that was already reported.</param>
/// <param name="Header">The header row of a format that has one, or empty.</param>
internal readonly record struct DecoderState(int Line, bool Skipping, string Header)
{
    internal static readonly DecoderState Start = new(1, Skipping: false, "");

    /// <summary>False when the text was not made by <see cref="ToString"/>. Empty text is the start of a file.</summary>
    internal static bool TryParse(string text, out DecoderState state)
    {
        state = Start;
        if (text.Length == 0)
        {
            return true;
        }
        var parts = text.Split(';', 3);
        if (parts.Length != 3 || parts[1] is not ("0" or "1")
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var line) || line < 1)
        {
            return false;
        }
        state = new DecoderState(line, parts[1] == "1", parts[2]);
        return true;
    }

    public override string ToString() => this == Start
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{Line};{(Skipping ? 1 : 0)};{Header}");
}
