using System.Collections.Immutable;
using Tollgate.Billing;
using Tollgate.Catalog;
using Tollgate.Catalog.Reading;
using Tollgate.Operations.Billing;

namespace Tollgate.Operations.Scenarios.Reading;

/// <summary>Reads <c>policies</c>: where billing systems disagree, a scenario may choose.</summary>
internal static class PolicySection
{
    /// <summary>The settings that the scenario names, by name.</summary>
    internal static ImmutableDictionary<string, string> Read(ScenarioScope scope, Fields? policies)
    {
        var settings = ImmutableDictionary<string, string>.Empty;
        if (policies is null)
        {
            return settings;
        }
        if (policies.Nested("billing") is { } fields)
        {
            settings = Billing(scope, fields);
        }
        scope.Done(policies, "policies");
        return settings;
    }

    private static ImmutableDictionary<string, string> Billing(ScenarioScope scope, Fields fields)
    {
        var settings = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var setting in PolicySettings.All)
        {
            if (fields.Scalar(setting.Name, required: false) is not { } scalar)
            {
                continue;
            }
            settings[setting.Name] = scalar.Text;
            if (setting.With(BillingPolicy.Default, scalar.Text) is null)
            {
                fields.Findings.Error(CatalogueFindings.Value, scalar.Place, $"'{setting.Name}: {scalar.Text}' is not possible.",
                    $"Write {setting.Values}.");
            }
        }
        scope.Done(fields, "billingPolicy");
        return settings.ToImmutable();
    }
}
