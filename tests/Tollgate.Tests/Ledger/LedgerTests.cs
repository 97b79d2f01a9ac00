using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Tollgate.Ledger;
using Tollgate.Primitives;

namespace Tollgate.Tests.Ledger;

public sealed class LedgerTests
{
    private static readonly PostingSubject Subject = new(
        new SellerId(1), new CustomerId(2), new AccountId(3), Units.Eur, new LocalDate(2026, 11, 1), "doc_4");

    [Fact]
    public void A_document_books_receivables_and_prepaid_against_revenue_and_tax()
    {
        var entry = Postings.Default.ForDocument(Subject,
            [new RevenueAmount("4100-voice", 1000), new RevenueAmount("4000-fees", 500), new RevenueAmount("4100-voice", 200)],
            [new TaxAmount("DE", 19m, 323)], settledMinor: 600);

        Assert.Equal(
            ["1200-receivables 1423", "2100-prepaid 600", "4000-fees -500", "4100-voice -1200", "2200-vat-DE-19 -323"],
            entry.Lines.Select(line => $"{line.LedgerAccount} {line.AmountMinor}"));
        Assert.Equal((new CustomerId(2), new AccountId(3)), (entry.Lines[0].Customer!.Value, entry.Lines[0].Account!.Value));
    }

    [Theory]
    [InlineData(PaymentChannel.Transfer, "1010-bank")]
    [InlineData(PaymentChannel.DirectDebit, "1020-direct-debit")]
    [InlineData(PaymentChannel.Card, "1030-card")]
    [InlineData(PaymentChannel.Cash, "1000-cash")]
    public void A_payment_books_its_channel_against_receivables_and_a_top_up_against_prepaid(PaymentChannel channel,
        string account)
    {
        Assert.Equal([$"{account} 500", "1200-receivables -500"],
            Postings.Default.ForPayment(Subject, channel, 500).Lines.Select(line => $"{line.LedgerAccount} {line.AmountMinor}"));
        Assert.Equal([$"{account} 500", "2100-prepaid -500"],
            Postings.Default.ForTopUp(Subject, channel, 500).Lines.Select(line => $"{line.LedgerAccount} {line.AmountMinor}"));
        Assert.Equal(channel, PaymentChannels.Parse(channel.Text()));
    }

    [Fact]
    public void An_opening_books_debt_and_prepaid_money_against_opening_balances()
    {
        var entry = Postings.Default.ForOpening(Subject, owedMinor: 700, prepaidMinor: 1000);

        Assert.Equal(["1200-receivables 700", "2100-prepaid -1000", "3900-opening 300"],
            entry.Lines.Select(line => $"{line.LedgerAccount} {line.AmountMinor}"));
    }

    [Fact]
    public void An_entry_out_of_balance_cannot_be_made()
    {
        var problem = Assert.Throws<ArgumentException>(() => JournalEntry.Create(
            Subject.Seller, Subject.BookedOn, EntryKind.Adjustment, "adj_1",
            new JournalLine("a", Units.Eur, 100), new JournalLine("b", Units.Eur, -99), new JournalLine("c", Units.Get("USD"),
                -1)));

        Assert.Contains("out of balance", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Amounts_of_different_units_balance_each_by_itself() =>
        Assert.Throws<ArgumentException>(() => JournalEntry.Create(
            Subject.Seller, Subject.BookedOn, EntryKind.Adjustment, "adj_1",
            new JournalLine("a", Units.Eur, 100), new JournalLine("b", Units.Get("USD"), -100)));

    [Fact]
    public void Debits_equal_credits_for_any_document() => Prop.ForAll<int[], int, int>((nets, tax, settled) =>
    {
        var entry = Postings.Default.ForDocument(
            Subject, nets.Select((net, i) => new RevenueAmount("40" + i % 3, net)), [new TaxAmount("DE", 7m, tax)], settled);
        return entry.Lines.Sum(line => line.AmountMinor) == 0 && entry.Lines.All(line => line.AmountMinor != 0);
    }).Holds();

    [Fact]
    public void The_trial_balance_shows_debits_credits_and_kinds()
    {
        var lines = Postings.Default.ForDocument(Subject, [new RevenueAmount("4000-fees", 100)], [new TaxAmount("DE", 19m,
            19)], 0).Lines
            .AddRange(Postings.Default.ForPayment(Subject, PaymentChannel.Card, 50).Lines);

        var balance = TrialBalance.Of(lines, ChartOfAccounts.Default);

        Assert.Equal(
            [
                "1030-card Asset 50 0", "1200-receivables Asset 119 50", "2200-vat-DE-19 Liability 0 19",
                    "4000-fees Revenue 0 100",
            ],
            balance.Rows.Select(row => $"{row.LedgerAccount} {row.Kind} {row.DebitMinor} {row.CreditMinor}"));
        Assert.Equal(0, balance.DifferenceMinor(Units.Eur));
        Assert.Equal(69, balance.BalanceMinor("1200-receivables", Units.Eur));
    }

    [Theory]
    [InlineData(new long[] { }, 1, 0)]
    [InlineData(new long[] { 1, 2, 3 }, 4, 0)]
    [InlineData(new long[] { 1, 3 }, 4, 1)]
    [InlineData(new long[] { 1, 2, 2, 3 }, 4, 1)]
    [InlineData(new long[] { 2 }, 3, 1)]
    [InlineData(new long[] { 1, 2 }, 4, 1)]
    public void A_number_series_has_no_gap_and_no_twin(long[] numbers, long next, int findings) =>
        Assert.Equal(findings, LedgerProof.GapFree("invoice-2026", numbers, next).Findings.Length);

    [Fact]
    public void Figures_that_differ_are_named()
    {
        var proof = LedgerProof.Equal("receivables", "open items = receivables", [("acc_1", 5, 5), ("acc_2", 5, 4)]);

        Assert.False(proof.Holds);
        Assert.Equal(2, proof.Checked);
        Assert.Equal(("acc_2", "5", "4"), (proof.Findings[0].Subject, proof.Findings[0].Expected, proof.Findings[0].Actual));
    }
}
