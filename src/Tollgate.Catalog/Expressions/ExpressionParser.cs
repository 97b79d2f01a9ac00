using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Tollgate.Catalog;

/// <summary>
/// Parses expressions by recursive descent: <c>or</c>, <c>and</c>, <c>not</c>, comparison, sum, product, sign, value. At most
/// 1,000 characters, 200 parts and 32 levels, so that every text is parsed and evaluated in short time. A name may have dashes
/// inside (<c>rating-group</c>): write blanks around a minus.
/// </summary>
internal sealed class ExpressionParser
{
    private const int MostCharacters = 1_000;
    private const int MostNodes = 200;
    private const int MostDepth = 32;

    private static readonly FrozenDictionary<string, Fact> Facts =
        Enum.GetValues<Fact>().ToFrozenDictionary(ExpressionFacts.NameOf, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, (int Least, int Most)> Functions =
        new Dictionary<string, (int, int)>(StringComparer.Ordinal)
        {
            ["min"] = (2, 16), ["max"] = (2, 16), ["round"] = (1, 2), ["abs"] = (1, 1), ["floor"] = (1, 1), ["ceil"] = (1, 1),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly string text;
    private readonly List<AttributeNode> attributes = [];
    private readonly List<AttributeNode> comparedWith = [];
    private int at;
    private int nodes;
    private int depth;

    private ExpressionParser(string text) => this.text = text;

    /// <summary>The parsed text; null and the error when it is none of this type.</summary>
    internal static ParsedExpression? Parse(string text, ExpressionType type, out ExpressionError? error)
    {
        error = null;
        var parser = new ExpressionParser(text);
        try
        {
            if (text.Length > MostCharacters)
            {
                throw new Fault(0, "The expression is longer than 1,000 characters.", "Make it shorter.");
            }
            var root = parser.Or();
            if (parser.Peek() != '\0')
            {
                throw new Fault(parser.at, $"'{text[parser.at..Math.Min(text.Length, parser.at + 12)]}' is not expected here.",
                    "Put an operator such as and, or, =, + before it, or a closing parenthesis.");
            }
            Need(root, type, 0);
            return new ParsedExpression(
                root, [.. parser.attributes.Except(parser.comparedWith).Select(node => node.Name)],
                [.. parser.comparedWith.Select(node => node.Name)]);
        }
        catch (Fault fault)
        {
            error = new ExpressionError(fault.At, fault.Message, fault.Cure);
            return null;
        }
    }

    private ExpressionNode Or()
    {
        var left = And();
        while (Word("or"))
        {
            Need(left, ExpressionType.Truth, at);
            left = Node(new BothNode(and: false, left, Need(And(), ExpressionType.Truth, at)));
        }
        return left;
    }

    private ExpressionNode And()
    {
        var left = Not();
        while (Word("and"))
        {
            Need(left, ExpressionType.Truth, at);
            left = Node(new BothNode(and: true, left, Need(Not(), ExpressionType.Truth, at)));
        }
        return left;
    }

    private ExpressionNode Not()
    {
        if (!Word("not"))
        {
            return Comparison();
        }
        Deeper();
        var inner = Node(new NotNode(Need(Not(), ExpressionType.Truth, at)));
        depth--;
        return inner;
    }

    private ExpressionNode Comparison()
    {
        var left = Sum();
        if (Word("in"))
        {
            var choices = List(1, 100);
            if (left.Type == ExpressionType.Truth || choices.Any(choice => choice.Type == ExpressionType.Truth))
            {
                throw new Fault(at, "'in' compares numbers or texts.", "Write e.g. apn in (\"a\", \"b\").");
            }
            comparedWith.AddRange(choices.OfType<AttributeNode>());
            return Node(new InNode(left, choices));
        }
        var start = at;
        if (Sign() is not { } sign)
        {
            return left;
        }
        var right = Sum();
        if (left.Type == ExpressionType.Truth || right.Type == ExpressionType.Truth)
        {
            throw new Fault(start, "A condition cannot be compared.",
                "Compare numbers or texts; join conditions by and, or, not.");
        }
        if (sign is "=" or "!=" && right is AttributeNode word)
        {
            comparedWith.Add(word);
        }
        var asText = left.Type == ExpressionType.Text && right.Type == ExpressionType.Text && sign is ("=" or "!=");
        return Node(new CompareNode(sign, left, right, asText));
    }

    private ExpressionNode Sum()
    {
        var left = Product();
        while (Peek() is '+' or '-')
        {
            var sign = text[at++];
            Need(left, ExpressionType.Number, at);
            left = Node(new ArithmeticNode(sign, left, Need(Product(), ExpressionType.Number, at)));
        }
        return left;
    }

    private ExpressionNode Product()
    {
        var left = Unary();
        while (Peek() is '*' or '/')
        {
            var sign = text[at++];
            Need(left, ExpressionType.Number, at);
            left = Node(new ArithmeticNode(sign, left, Need(Unary(), ExpressionType.Number, at)));
        }
        return left;
    }

    private ExpressionNode Unary()
    {
        if (Peek() != '-')
        {
            return Value();
        }
        at++;
        Deeper();
        var inner = Node(new ArithmeticNode('-', new NumberNode(0), Need(Unary(), ExpressionType.Number, at)));
        depth--;
        return inner;
    }

    private ExpressionNode Value()
    {
        var c = Peek();
        if (c == '(')
        {
            at++;
            Deeper();
            var inner = Or();
            depth--;
            Expect(')');
            return inner;
        }
        if (c is '"' or '\'')
        {
            return Quoted(c);
        }
        if (char.IsAsciiDigit(c))
        {
            return Number();
        }
        if (char.IsAsciiLetter(c))
        {
            return Named();
        }
        throw new Fault(at, c == '\0' ? "The expression ends too early." : $"'{c}' cannot begin a value.",
            "Write a number, a text in quotes, a name or a parenthesis.");
    }

    private ExpressionNode Quoted(char quote)
    {
        var end = text.IndexOf(quote, at + 1);
        if (end < 0)
        {
            throw new Fault(at, "A quote is not closed.", $"End the text with {quote}.");
        }
        var node = Node(new TextNode(text[(at + 1)..end]));
        at = end + 1;
        return node;
    }

    private ExpressionNode Number()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
        {
            at++;
        }
        var digits = text.AsSpan(start, at - start);
        if (digits.Length > 28
            || !decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            throw new Fault(start, $"'{digits}' is not a number.", "Write digits with a decimal point, at most 28.");
        }
        return Node(new NumberNode(value));
    }

    private ExpressionNode Named()
    {
        var start = at;
        var name = Name();
        if (Peek() == '(')
        {
            return Function(name, start);
        }
        return Node(Facts.TryGetValue(name, out var fact) ? new FactNode(fact) : Attribute(name));
    }

    private AttributeNode Attribute(string name)
    {
        var node = new AttributeNode(name);
        attributes.Add(node);
        return node;
    }

    private ExpressionNode Function(string name, int start)
    {
        if (name is "has")
        {
            at++;
            Peek();
            var attribute = Attribute(Name());
            Expect(')');
            return Node(new HasNode(attribute.Name));
        }
        Deeper();
        var arguments = List(1, 16);
        depth--;
        if (name is "begins" or "ends" && arguments is [{ Type: ExpressionType.Text }, { Type: ExpressionType.Text }])
        {
            return Node(new EdgeNode(arguments[0], arguments[1], atEnd: name == "ends"));
        }
        if (name == "matches" && arguments is [{ Type: ExpressionType.Text }, _])
        {
            return Node(MatchNode.Of(arguments[0], arguments[1], out var why) ?? throw new Fault(start, why,
                "Write a regular expression without look-around, e.g. matches(destination, \"^43(1|660)\")."));
        }
        if (name == "inNetwork" && arguments is [{ Type: ExpressionType.Text }, _, ..])
        {
            return Node(new NetworkNode(arguments[0], [.. arguments.Skip(1).Select(one => Network(one, start))]));
        }
        if (name == "if" && arguments is [{ Type: ExpressionType.Truth }, var then, var otherwise]
            && then.Type != ExpressionType.Truth && otherwise.Type != ExpressionType.Truth)
        {
            return Node(new IfNode(arguments[0], then, otherwise));
        }
        if (!Functions.TryGetValue(name, out var count) || arguments.Length < count.Least || arguments.Length > count.Most
            || arguments.Any(argument => argument.Type == ExpressionType.Truth))
        {
            throw new Fault(start, $"There is no function {name} of these arguments.",
                "Use min, max, round(number, decimals), abs, floor, ceil, if(condition, a, b), has(name), begins(text, \"…\"), "
                + "ends(text, \"…\"), matches(text, \"…\"), inNetwork(address, \"10.0.0.0/8\").");
        }
        return Node(new FunctionNode(name, arguments));
    }

    private static AddressRange Network(ExpressionNode node, int start) =>
        node is TextNode { Constant: var text } && AddressRange.TryParse(text, out var network)
            ? network
            : throw new Fault(start, "inNetwork compares with networks.", "Write e.g. inNetwork(source-ip, \"10.0.0.0/12\").");

    private ImmutableArray<ExpressionNode> List(int least, int most)
    {
        Expect('(');
        var items = ImmutableArray.CreateBuilder<ExpressionNode>();
        do
        {
            items.Add(Or());
        }
        while (Take(','));
        Expect(')');
        return items.Count >= least && items.Count <= most
            ? items.ToImmutable()
            : throw new Fault(at, "The list is too long.", "Give fewer values.");
    }

    private string Name()
    {
        var start = at;
        while (at < text.Length
            && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '.'
            || (text[at] == '-' && at + 1 < text.Length && char.IsAsciiLetterOrDigit(text[at + 1]))))
        {
            at++;
        }
        return at > start ? text[start..at] : throw new Fault(at, "A name is missing.", "Write the name of an attribute.");
    }

    private string? Sign()
    {
        Peek();
        foreach (var sign in (ReadOnlySpan<string>)["!=", "<=", ">=", "==", "=", "<", ">"])
        {
            if (string.CompareOrdinal(text, at, sign, 0, sign.Length) == 0)
            {
                at += sign.Length;
                return sign == "==" ? "=" : sign;
            }
        }
        return null;
    }

    private bool Word(string word)
    {
        Peek();
        var end = at + word.Length;
        if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0
            || (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '-' or '.')))
        {
            return false;
        }
        at = end;
        return true;
    }

    private bool Take(char c)
    {
        if (Peek() != c)
        {
            return false;
        }
        at++;
        return true;
    }

    private void Expect(char c)
    {
        if (!Take(c))
        {
            throw new Fault(at, $"'{c}' is missing.", $"Add '{c}'.");
        }
    }

    /// <summary>The next character that is not blank; <c>\0</c> at the end.</summary>
    private char Peek()
    {
        while (at < text.Length && (text[at] is ' ' or '\t' or '\n' or '\r'))
        {
            at++;
        }
        return at < text.Length ? text[at] : '\0';
    }

    private ExpressionNode Node(ExpressionNode node) => ++nodes <= MostNodes
        ? node
        : throw new Fault(at, "The expression has more than 200 parts.", "Make it shorter.");

    private void Deeper()
    {
        if (++depth > MostDepth)
        {
            throw new Fault(at, "The expression is nested more than 32 deep.", "Use fewer parentheses.");
        }
    }

    private static ExpressionNode Need(ExpressionNode node, ExpressionType type, int place)
    {
        // The text of an attribute may be a number.
        if (node.Type == type || (type == ExpressionType.Number && node.Type == ExpressionType.Text))
        {
            return node;
        }
        throw new Fault(place, type == ExpressionType.Truth ? "A condition is expected." : "A number is expected.",
            type == ExpressionType.Truth ? "Compare something, e.g. apn = \"internet\"." : "Give a number or a calculation.");
    }

    private sealed class Fault(int at, string message, string cure) : Exception(message)
    {
        internal int At { get; } = at;

        internal string Cure { get; } = cure;
    }
}
