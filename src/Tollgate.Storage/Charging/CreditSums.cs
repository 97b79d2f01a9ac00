namespace Tollgate.Storage.Charging;

/// <summary>
/// What counts against the credit limit of an account <c>a</c>, beside its money pockets: what is issued and not paid, and usage
/// that is not issued yet.
/// </summary>
public static class CreditSums
{
    /// <summary>Issued documents less payments, in minor units; negative: paid ahead.</summary>
    public const string OwedMinor =
        "((SELECT coalesce(sum(i.amount_minor), 0) FROM open_item i WHERE i.customer_id = a.customer_id AND i.account_id = "
        + "a.account_id) - (SELECT coalesce(sum(y.amount_minor), 0) FROM payment y WHERE y.customer_id = a.customer_id AND "
        + "y.account_id = a.account_id))";

    /// <summary>Usage that no issued document bills, as priced, without what money pockets paid, in stored steps.</summary>
    public const string UnbilledSteps =
        "(SELECT coalesce(sum(u.amount - u.from_money), 0) FROM usage_total u WHERE u.customer_id = a.customer_id AND "
        + "u.account_id = a.account_id AND NOT EXISTS (SELECT 1 FROM usage_claim l JOIN document d ON d.customer_id = "
        + "l.customer_id AND d.document_id = l.document_id WHERE l.customer_id = u.customer_id AND l.account_id = u.account_id "
        + "AND l.slot_no = u.slot_no AND l.event_period = u.event_period AND d.phase = 'issued'))";
}
