using System.Collections.Immutable;
using Tollgate.Billing;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Storage.Billing;

namespace Tollgate.Operations.Documents;

/// <summary>Reads and sets the types of documents of an operator.</summary>
public static class ChangeDocumentType
{
    /// <summary>Built-in types and those of the operator.</summary>
    public static async Task<ImmutableArray<DocumentType>> ListAsync(OperationContext context, CancellationToken cancel = default)
    {
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        return await DocumentLinks.TypesAsync(work, cancel);
    }

    /// <summary>Adds a type, or changes one; the kind of a type that documents use stays.</summary>
    public static async Task<Outcome<DocumentType>> SetAsync(
        OperationContext context, DocumentType type, CancellationToken cancel = default)
    {
        var faults = new Faults();
        Code(faults, "code", type.Code);
        Code(faults, "series", type.Series);
        FieldRules.Text(faults, "name", type.Name);
        if (type.Prefix.Length > 20 || type.Prefix.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '/' or '.')))
        {
            faults.Add("prefix", $"'{FieldRules.Short(type.Prefix)}' is no prefix.",
                "Use at most 20 letters, digits, '-', '/' and '.'.");
        }
        if (faults.Refusal is { } wrong)
        {
            return wrong;
        }
        var auditId = context.Ids.Next();
        await using var work = await BookWork.BeginAsync(context.Database, context.Tenant, cancel);
        if ((await DocumentLinks.TypesAsync(work, cancel)).FirstOrDefault(one => one.Code == type.Code) is { } known
            && known.Kind != type.Kind)
        {
            return new Refusal("wrong-kind", $"The type '{type.Code}' is of the kind {known.Kind.Text()}: choose another code.",
                Field: "kind");
        }
        await work.ExecuteAsync(
            "INSERT INTO document_type (tenant_id, code, kind, accounting, series, prefix, name) VALUES (@tenant, @code, "
                + "@kind, @accounting, "
            + "@series, @prefix, @name) ON CONFLICT (tenant_id, code) DO UPDATE SET accounting = excluded.accounting, "
            + "series = excluded.series, prefix = excluded.prefix, name = excluded.name",
            cancel, ("code", type.Code), ("kind", type.Kind.Text()), ("accounting", type.Accounting.Text()), ("series",
                type.Series),
            ("prefix", type.Prefix), ("name", type.Name));
        await Audit.WriteAsync(work, context, auditId, "document-type.set", type.Code, type.Series, cancel);
        await work.CommitAsync(cancel);
        return type;
    }

    private static void Code(Faults faults, string field, string code)
    {
        if (code.Length is 0 or > 64 || !code.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            faults.Add(field, $"'{FieldRules.Short(code)}' cannot be a code.",
                "Use letters, digits, '-', '_' and '.', at most 64.");
        }
    }
}
