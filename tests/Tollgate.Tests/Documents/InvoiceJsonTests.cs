using System.Text;
using System.Text.Json;
using Tollgate.Documents;
using Tollgate.Primitives;

namespace Tollgate.Tests.Documents;

public sealed class InvoiceJsonTests
{
    [Fact]
    public void The_stored_form_of_a_bill_does_not_change_unnoticed() =>
        Golden.Same("typical.json", InvoiceJson.Serialize(SampleInvoice.Typical()));

    [Fact]
    public void What_was_stored_reads_back_and_stores_as_the_same_bytes()
    {
        var stored = InvoiceJson.Serialize(SampleInvoice.Itemised(40));
        Assert.Equal(stored, InvoiceJson.Serialize(InvoiceJson.Deserialize(stored)));
    }

    [Fact]
    public void A_reprint_from_the_stored_form_is_the_same_document()
    {
        var view = SampleInvoice.Typical();
        Assert.Equal(InvoicePdf.Render(view), InvoicePdf.Render(InvoiceJson.Deserialize(InvoiceJson.Serialize(view))));
    }

    [Fact]
    public void Equal_amounts_with_other_trailing_zeros_are_stored_alike()
    {
        var view = SampleInvoice.Typical();
        var other = view with { Discounts = [view.Discounts[0] with { Net = SampleInvoice.Eur(-5.0000m), TaxPercent = 19.00m }] };
        Assert.Equal(InvoiceJson.Serialize(view), InvoiceJson.Serialize(other));
    }

    [Fact]
    public void Money_is_stored_as_value_and_unit() =>
        Assert.Contains("""{"value":"16.13","unit":"EUR"}""",
            Encoding.UTF8.GetString(InvoiceJson.Serialize(SampleInvoice.Typical())), StringComparison.Ordinal);

    [Fact]
    public void Money_of_another_currency_is_refused()
    {
        var view = SampleInvoice.Typical();
        var mixed = view with { Taxes = [view.Taxes[0] with { Tax = new Money(1, Units.Get("USD")) }] };
        Assert.Throws<JsonException>(() => InvoiceJson.Serialize(mixed));
    }

    [Theory]
    [InlineData("\"templateVersion\":1", "\"templateVersion\":99")]
    [InlineData("\"kind\":\"invoice\"", "\"kind\":\"invoice\",\"surprise\":1")]
    [InlineData("\"kind\":\"invoice\"", "\"kind\":\"invoice\",\"kind\":\"creditNote\"")]
    [InlineData("\"language\":\"en\",", "")]
    [InlineData("\"issueDate\":\"2026-11-02\"", "\"issueDate\":\"2026-11-31\"")]
    [InlineData("\"value\":\"16.13\"", "\"value\":\"16,13\"")]
    public void A_stored_form_that_was_tampered_with_is_refused(string from, string to)
    {
        var text = Encoding.UTF8.GetString(InvoiceJson.Serialize(SampleInvoice.Typical()));
        Assert.Contains(from, text, StringComparison.Ordinal);
        var changed = Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
        Assert.Throws<JsonException>(() => InvoiceJson.Deserialize(changed));
    }
}
