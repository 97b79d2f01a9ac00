using Tollgate.Documents;
using Tollgate.Primitives;

namespace Tollgate.Tests.Documents;

public sealed class GiroCodeTests
{
    [Fact]
    public void The_code_names_payee_account_amount_and_reference_line_by_line() =>
        Assert.Equal(
            "BCD\n002\n1\nSCT\nBYLADEM1001\nNordlicht Telekommunikation GmbH\nDE02120300000000202051\nEUR69.72\n\n\n"
                + "2026-00012345",
            GiroCode.Text(SampleInvoice.Typical()));

    [Fact]
    public void There_is_no_code_without_iban_transfer_or_a_positive_amount_in_euro()
    {
        var view = SampleInvoice.Typical();
        Assert.Null(GiroCode.Text(view with { Seller = view.Seller with { Iban = null } }));
        Assert.Null(GiroCode.Text(view with { Payment = PaymentInstruction.Nothing() }));
        Assert.Null(GiroCode.Text(view with { Totals = view.Totals with { AmountDue = SampleInvoice.Eur(0) } }));
        Assert.Null(GiroCode.Text(view with { Currency = Units.Get("CHF") }));
    }
}
