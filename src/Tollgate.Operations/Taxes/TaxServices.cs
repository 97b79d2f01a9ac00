using System.ComponentModel;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tollgate.Billing;

namespace Tollgate.Operations.Taxes;

/// <summary>Who determines the taxes of documents.</summary>
public interface ITaxService
{
    /// <summary>Answers one document.</summary>
    /// <exception cref="TaxServiceException">No answer, or none that can be used; the message says why.</exception>
    Task<TaxAnswer> AskAsync(TaxRequest request, CancellationToken cancel);
}

/// <summary>A tax service did not answer as it should.</summary>
public sealed class TaxServiceException(string message) : Exception(message);

/// <summary>The rules of a catalogue.</summary>
public sealed class BuiltInTaxService(Catalog.Catalogue catalogue) : ITaxService
{
    public Task<TaxAnswer> AskAsync(TaxRequest request, CancellationToken cancel)
    {
        var (answer, problem) = ExternalTaxes.Answer(catalogue, request);
        return answer is not null ? Task.FromResult(answer) : throw new TaxServiceException(problem);
    }
}

/// <summary>A service that takes the request as JSON by POST and answers JSON with 200.</summary>
public sealed class HttpTaxService(Uri address, TimeSpan timeout) : ITaxService
{
    private static readonly HttpClient Client = new() { Timeout = Timeout.InfiniteTimeSpan };

    public async Task<TaxAnswer> AskAsync(TaxRequest request, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        try
        {
            using var content = new ByteArrayContent(TaxServices.Write(request));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await Client.PostAsync(address, content, limit.Token);
            var body = await answer.Content.ReadAsByteArrayAsync(limit.Token);
            return answer.IsSuccessStatusCode
                ? TaxServices.Read(body)
                : throw new TaxServiceException($"{address} answers {(int)answer.StatusCode}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TaxServiceException(
                FormattableString.Invariant($"{address} does not answer within {timeout.TotalSeconds} s"));
        }
        catch (HttpRequestException problem)
        {
            throw new TaxServiceException($"{address} cannot be reached: {problem.Message}");
        }
    }
}

/// <summary>A program that reads the request as JSON from its input and writes the answer to its output.</summary>
public sealed class ProcessTaxService(string program, IReadOnlyList<string> arguments, TimeSpan timeout) : ITaxService
{
    public async Task<TaxAnswer> AskAsync(TaxRequest request, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false,
        };
        try
        {
            using var process = Process.Start(start) ?? throw new TaxServiceException($"{program} does not start");
            try
            {
                await process.StandardInput.BaseStream.WriteAsync(TaxServices.Write(request), limit.Token);
                process.StandardInput.Close();
                using var output = new MemoryStream();
                await process.StandardOutput.BaseStream.CopyToAsync(output, limit.Token);
                await process.WaitForExitAsync(limit.Token);
                return process.ExitCode == 0
                    ? TaxServices.Read(output.ToArray())
                    : throw new TaxServiceException(FormattableString.Invariant($"{program} ended with {process.ExitCode}"));
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                process.Kill(entireProcessTree: true);
                throw new TaxServiceException(
                    FormattableString.Invariant($"{program} does not answer within {timeout.TotalSeconds} s"));
            }
        }
        catch (Exception problem) when (problem is Win32Exception or IOException)
        {
            throw new TaxServiceException($"{program} cannot be run: {problem.Message}");
        }
    }
}

/// <summary>Settings and wire form of tax services.</summary>
public static class TaxServices
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Makes the service of a setting: <c>http://…</c>, <c>https://…</c>, or <c>exec:PROGRAM ARGUMENT …</c>; null for
    /// text
    /// that is neither.</summary>
    public static ITaxService? Of(string setting, TimeSpan timeout)
    {
        if (setting.StartsWith("exec:", StringComparison.Ordinal))
        {
            var words = setting["exec:".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return words.Length > 0 ? new ProcessTaxService(words[0], words[1..], timeout) : null;
        }
        return Uri.TryCreate(setting, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new HttpTaxService(address, timeout)
            : null;
    }

    /// <summary>A request as it is sent and stored.</summary>
    public static byte[] Write(TaxRequest request) => JsonSerializer.SerializeToUtf8Bytes(request, Options);

    /// <summary>An answer as it is stored.</summary>
    public static byte[] Write(TaxAnswer answer) => JsonSerializer.SerializeToUtf8Bytes(answer, Options);

    /// <summary>Reads a request.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static TaxRequest ReadRequest(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize<TaxRequest>(utf8, Options) ?? throw new JsonException("A tax request is expected.");

    /// <summary>Reads an answer.</summary>
    /// <exception cref="TaxServiceException">It is none.</exception>
    public static TaxAnswer Read(byte[] utf8)
    {
        try
        {
            var answer = JsonSerializer.Deserialize<TaxAnswer>(utf8, Options);
            return answer is { Lines.IsDefault: false } && answer.Lines.All(line => line is { Taxes.IsDefault: false })
                ? answer
                : throw new TaxServiceException("the answer has no lines, or a line has no taxes");
        }
        catch (JsonException problem)
        {
            throw new TaxServiceException($"the answer cannot be read: {problem.Message}");
        }
    }
}
