using Tollgate.Billing;
using Tollgate.Catalog.Reading;
using Tollgate.Primitives;

namespace Tollgate.Operations.Scenarios.Reading;

/// <summary>Reads <c>policies</c>: where billing systems disagree, a scenario may choose.</summary>
internal static class PolicySection
{
    internal static BillingPolicy Read(ScenarioScope scope, Fields? policies)
    {
        var policy = BillingPolicy.Default;
        if (policies is null)
        {
            return policy;
        }
        if (policies.Nested("billing") is { } fields)
        {
            policy = Billing(scope, fields, policy);
        }
        scope.Done(policies, "policies");
        return policy;
    }

    private static BillingPolicy Billing(ScenarioScope scope, Fields fields, BillingPolicy otherwise)
    {
        var held = fields.Whole("holdAboveHeldRecords", -1, 0, 1_000_000);
        var policy = otherwise with
        {
            TaxRounding = fields.Choice("taxRounding", otherwise.TaxRounding),
            LineRounding = fields.Choice("lineRounding", otherwise.LineRounding),
            Empty = fields.Choice("empty", otherwise.Empty),
            QuantityOfDay = fields.Choice("quantityOfDay", otherwise.QuantityOfDay),
            LastDayBilled = fields.Flag("lastDayBilled", otherwise.LastDayBilled),
            LookBackMonths = fields.Whole("lookBackMonths", otherwise.LookBackMonths, 1, 120),
            HoldAboveHeldRecords = held < 0 ? null : held,
        };
        scope.Done(fields, "billingPolicy");
        return policy;
    }
}
