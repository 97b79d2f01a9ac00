using Tollgate.Billing;

namespace Tollgate.Tests.Billing;

public sealed class DocumentStatusTests
{
    [Theory]
    [InlineData(100, 100, 0, "open")]
    [InlineData(100, 40, 0, "partly-paid")]
    [InlineData(100, 0, 0, "paid")]
    [InlineData(100, 40, 60, "partly-credited")]
    [InlineData(100, 0, 100, "credited")]
    [InlineData(100, 40, 20, "partly-settled")]
    [InlineData(100, 0, 20, "settled")]
    [InlineData(0, 0, 0, "settled")]
    [InlineData(-100, -100, 0, "open")]
    [InlineData(-100, -40, 0, "partly-settled")]
    [InlineData(-100, 0, 0, "settled")]
    public void The_word_for_a_document_follows_from_what_settled_it(long due, long left, long credited, string word) =>
        Assert.Equal(word, DocumentStates.StatusOf(DocumentPhase.Issued, due, left, credited).Text());
}
