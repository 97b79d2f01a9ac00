using System.Globalization;
using System.Text;

namespace Tollgate.Documents.Sheets;

/// <summary>The order of names from A to Z, the same on every machine: letters with marks stand with those without.</summary>
internal static class SheetOrder
{
    /// <summary>What a name is sorted by: <c>Ägypten</c> → <c>AGYPTEN</c>.</summary>
    internal static string Of(string name)
    {
        var plain = new StringBuilder(name.Length);
        foreach (var letter in name.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark)
            {
                plain.Append(char.ToUpperInvariant(letter));
            }
        }
        return plain.ToString();
    }
}
