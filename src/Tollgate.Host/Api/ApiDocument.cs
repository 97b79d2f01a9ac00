using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using NodaTime;
using Tollgate.Primitives;

namespace Tollgate.Host.Api;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c>.</summary>
internal static class ApiDocument
{
    private const string Scheme = "apiKey";

    internal static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Tollgate", Version = "v1",
                Description = "Customers, accounts, subscriptions and what they used and were billed.",
            };
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                [Scheme] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "tg_ID_SECRET",
                    Description = "An API key: tollgate apikey create --name NAME --role read|write.",
                },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true)
            {
                operation.Security =
                [
                    new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] },
                ];
            }
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            Describe(schema, Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type,
                Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) is not null);
            return Task.CompletedTask;
        });
    }

    /// <summary>Schemas of the types that have converters of their own.</summary>
    private static void Describe(OpenApiSchema schema, Type type, bool nullable)
    {
        if (type == typeof(Money))
        {
            schema.Type = Of(JsonSchemaType.Object, nullable);
            schema.Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["value"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Exact decimal, e.g. 12.50." },
                ["unit"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Currency code, e.g. EUR." },
            };
            schema.Required = new HashSet<string>(StringComparer.Ordinal) { "value", "unit" };
        }
        else if (type == typeof(Instant))
        {
            (schema.Type, schema.Format) = (Of(JsonSchemaType.String, nullable), "date-time");
        }
        else if (type == typeof(LocalDate))
        {
            (schema.Type, schema.Format) = (Of(JsonSchemaType.String, nullable), "date");
        }
        else if (type == typeof(decimal))
        {
            (schema.Type, schema.Format) = (Of(JsonSchemaType.String, nullable), "decimal");
        }
        else if (ApiJson.IsId(type))
        {
            var prefix = (string)type.GetProperty("Prefix")!.GetValue(null)!;
            (schema.Type, schema.Pattern) = (Of(JsonSchemaType.String, nullable), $"^{prefix}_[0-9]+$");
        }
    }

    private static JsonSchemaType Of(JsonSchemaType type, bool nullable) => nullable ? type | JsonSchemaType.Null : type;
}
