using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Metadata;

namespace Tollgate.Host.Api;

/// <summary>Refuses parameters that an endpoint does not have: a misspelt filter must not answer with everything.</summary>
internal static class QueryNames
{
    /// <summary>By endpoint, in the order of its parameters.</summary>
    private static readonly ConditionalWeakTable<Endpoint, string[]> Known = [];

    /// <summary>Goes between routing and the endpoints of the API.</summary>
    internal static Task CheckAsync(HttpContext http, RequestDelegate next)
    {
        if (!ApiPipeline.IsApi(http) || http.GetEndpoint() is not RouteEndpoint endpoint || http.Request.Query.Count == 0)
        {
            return next(http);
        }
        var known = Known.GetValue(endpoint, Names);
        var unknown = http.Request.Query.Keys.Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)).ToList();
        return unknown.Count == 0 ? next(http) : ApiProblem.Of(
            StatusCodes.Status400BadRequest, "unknown-parameter",
            $"There is no parameter {string.Join(", ", unknown.Select(name => $"'{name}'"))} here. "
            + (known.Length == 0 ? "This request takes none." : $"Known are: {string.Join(", ", known)}.")).WriteAsync(http);
    }

    private static string[] Names(Endpoint endpoint)
    {
        var path = ((RouteEndpoint)endpoint).RoutePattern.Parameters.Select(parameter => parameter.Name);
        return
        [
            .. endpoint.Metadata.GetOrderedMetadata<IParameterBindingMetadata>().Where(IsOfQuery)
                .Select(parameter => Asked(parameter)?.Name ?? parameter.Name).Except(path, StringComparer.OrdinalIgnoreCase),
        ];
    }

    /// <summary>The name of its own that a parameter of the query has.</summary>
    private static IFromQueryMetadata? Asked(IParameterBindingMetadata parameter) =>
        parameter.ParameterInfo.GetCustomAttributes(inherit: true).OfType<IFromQueryMetadata>().FirstOrDefault();

    /// <summary>True for what can be read from one piece of text and does not come from a header.</summary>
    private static bool IsOfQuery(IParameterBindingMetadata parameter)
    {
        var type = parameter.ParameterInfo.ParameterType;
        return Asked(parameter) is not null || (parameter.HasTryParse || type == typeof(string) || type == typeof(string[]))
            && !parameter.ParameterInfo.GetCustomAttributes(inherit: true).Any(attribute => attribute is IFromHeaderMetadata);
    }
}
