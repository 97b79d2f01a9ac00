using System.CommandLine;
using System.Globalization;
using NodaTime;
using Tollgate.Host.Api;
using Tollgate.Operations;
using Tollgate.Operations.Billing;
using Tollgate.Operations.Customers;
using Tollgate.Primitives;
using Tollgate.Storage.Billing;

namespace Tollgate.Host.Cli;

/// <summary>Arguments and options that commands on customers share.</summary>
internal static class Arguments
{
    internal static Option<string> Text(string name, string description, bool required = false) => new(name)
    {
        Description = description, HelpName = "TEXT", Required = required, DefaultValueFactory = required ? null : _ => "",
    };

    /// <summary>A text of something that may be changed; null when it is not given.</summary>
    internal static Option<string?> Field(string name, string description, bool required = false) => new(name)
    {
        Description = description, HelpName = "TEXT", Required = required,
    };

    /// <summary>Makes a write safe to repeat; without it the external key does where there is one.</summary>
    internal static Option<string> Key(string preset = " Default: made from the external key.") => new("--key")
    {
        Description = "Your own key of this request: the same key with the same content is done once." + preset,
        HelpName = "KEY", DefaultValueFactory = _ => "",
    };

    internal static Option<string?> At() => new("--at")
    {
        Description = "From when: a time (2026-11-30T08:00:00+01:00), or a date (2026-11-30): its start in the account's zone, "
            + "or the seller's where no account is meant. Default: now.",
        HelpName = "TIME",
    };

    /// <summary>The time of <c>--at</c>; a date is its start in the account's zone.</summary>
    internal static async Task<Instant?> TimeAsync(
        OperationContext context, string? text, AccountId? account, CancellationToken cancel) =>
        string.IsNullOrEmpty(text) ? null : Time(text, "--at", await Zones.OfAsync(context, account, cancel));

    /// <summary>The time of <c>--at</c> of a command about a subscription.</summary>
    internal static async Task<Instant?> TimeAsync(
        OperationContext context, string? text, SubscriptionId subscription, CancellationToken cancel) =>
        string.IsNullOrEmpty(text) ? null : await TimeAsync(
            context, text, (await ReadSubscriptions.OneAsync(context, subscription, cancel)).Value?.Account, cancel);

    /// <exception cref="CommandRefusedException">It is neither a time nor a date.</exception>
    internal static Instant? Time(string? text, string option, DateTimeZone zone)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        if (ApiJson.ReadDate(text) is { } date)
        {
            return zone.AtStartOfDay(date).ToInstant();
        }
        return ApiJson.ReadTime(text)
            ?? throw new CommandRefusedException(
                $"{option} '{text}' is not a time of the years {ApiJson.Years}. Write 2026-11-30T08:00:00Z or 2026-11-30.",
                ExitCodes.Usage);
    }

    /// <summary>The times of <c>--from</c> and <c>--to</c>, in this order.</summary>
    /// <exception cref="CommandRefusedException">One cannot be read, or the second is not after the first.</exception>
    internal static (Instant? From, Instant? To) Range(string? from, string? to, DateTimeZone zone)
    {
        var (first, end) = (Time(from, "--from", zone), Time(to, "--to", zone));
        return first >= end
            ? throw new CommandRefusedException(
                $"--to '{to}' is not after --from '{from}': nothing lies between.", ExitCodes.Usage)
            : (first, end);
    }

    /// <exception cref="CommandRefusedException">It is not a date.</exception>
    internal static LocalDate? Date(string? text, string option) =>
        string.IsNullOrEmpty(text) ? null
        : ApiJson.ReadDate(text)
        ?? throw new CommandRefusedException(
            $"{option} '{text}' is not a date of the years {ApiJson.Years}. Write it as 2026-11-30.", ExitCodes.Usage);

    /// <summary>An amount in a currency, <c>12.50 EUR</c>.</summary>
    /// <exception cref="CommandRefusedException">It cannot be read.</exception>
    internal static Money? Amount(string? text, string option)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 2 && Units.Find(parts[1]) is { Kind: UnitKind.Currency } unit
            && decimal.TryParse(
                parts[0], NumberStyles.Number & ~NumberStyles.AllowThousands,
                CultureInfo.InvariantCulture, out var amount)
            ? new Money(amount, unit)
            : throw new CommandRefusedException(
                $"{option} '{text}' is not an amount. Write it as \"12.50 EUR\".", ExitCodes.Usage);
    }

    /// <summary>A customer by id or by the operator's own number.</summary>
    internal static async Task<CustomerId> CustomerAsync(OperationContext context, string text, CancellationToken cancel) =>
        Id.TryParse<CustomerId>(text, out var id) && text.StartsWith("cus_", StringComparison.Ordinal)
            ? (await ReadCustomers.OneAsync(context, id, cancel)).OrRefuse().Id
            : (await ReadCustomers.ListAsync(context, externalKey: text, cancel: cancel)).Items is [var found]
                ? found.Id
                : throw new CommandRefusedException(
                    $"There is no customer '{text}'. Give an id (cus_1001) or your own customer number. [unknown-customer]");

    /// <summary>An account by id or by the operator's own number.</summary>
    internal static async Task<AccountId> AccountAsync(OperationContext context, string text, CancellationToken cancel) =>
        Id.TryParse<AccountId>(text, out var id) && text.StartsWith("acc_", StringComparison.Ordinal)
            ? (await ReadAccounts.OneAsync(context, id, cancel)).OrRefuse().Id
            : (await ReadAccounts.ByKeyAsync(context, text, cancel)).Value?.Id
                ?? throw new CommandRefusedException(
                    $"There is no account '{text}'. Give an id (acc_1001) or your own account number. [unknown-account]");

    /// <summary>A document by id or by the number printed on it.</summary>
    internal static async Task<DocumentId> DocumentAsync(OperationContext context, string text, CancellationToken cancel)
    {
        if (Id.TryParse<DocumentId>(text, out var id) && text.StartsWith("doc_", StringComparison.Ordinal))
        {
            return id;
        }
        IReadOnlyList<DocumentHead> numbered = text.Length == 0
            ? []
            : await ReadDocuments.ListAsync(context, new DocumentFilter(Number: text, Limit: 2), cancel);
        return numbered switch
        {
            [var found] => found.Id,
            [] => throw new CommandRefusedException(
                $"There is no document '{text}'. Give an id (doc_2045) or the number printed on it. [unknown-document]"),
            var several => throw new CommandRefusedException(
                $"More than one seller has a document '{text}': give its id, "
                + $"{string.Join(" or ", several.Select(document => document.Id))}."),
        };
    }

    /// <summary>An amount in the currency that the command's subject has, <c>71.40</c>.</summary>
    /// <exception cref="CommandRefusedException">It cannot be read.</exception>
    internal static decimal Number(string text) => decimal.TryParse(
        text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount)
        ? amount
        : throw new CommandRefusedException($"'{text}' is no amount: write it with a point, e.g. 71.40.", ExitCodes.Usage);

    /// <summary>A subscription by id or by the operator's own key.</summary>
    internal static async Task<SubscriptionId> SubscriptionAsync(
        OperationContext context, string text, CancellationToken cancel) =>
        Id.TryParse<SubscriptionId>(text, out var id) && text.StartsWith("sub_", StringComparison.Ordinal)
            ? (await ReadSubscriptions.OneAsync(context, id, cancel)).OrRefuse().Id
            : (await ReadSubscriptions.ListAsync(context, externalKey: text, cancel: cancel)).Items is [var found]
                ? found.Id
                : throw new CommandRefusedException(
                    $"There is no subscription '{text}'. Give an id (sub_1001) or your own key. [unknown-subscription]");

    /// <summary>The value, or the end of the command with all faults of the refusal, one per line.</summary>
    internal static T OrFaults<T>(this Outcome<T> outcome)
    {
        if (outcome.Refusal is { Faults.Length: > 1 } refusal)
        {
            throw new CommandRefusedException(
                $"{refusal.Message} [{refusal.Code}]\n"
                + string.Join('\n', refusal.Faults.Select(fault => $"  {fault.Field}: {fault.Message} {fault.Cure}")));
        }
        return outcome.OrRefuse();
    }

    /// <summary>The caller key of a create: the given one, else made from the external key, else none.</summary>
    internal static string CallerKey(string given, string externalKey) =>
        given.Length > 0 ? given : externalKey.Length > 0 ? "external:" + externalKey : "";

    /// <summary>Says what was done.</summary>
    internal static void Done<TId>(Output output, Written<TId> written, string what) where TId : struct, IId<TId> =>
        output.Record("", [(what, written.Id.ToString()), .. Replayed(output, written.Replayed)]);

    /// <summary>Whether a request had been done before: always told to programs, to people when it is so.</summary>
    internal static (string Name, object? Value)[] Replayed(Output output, bool replayed) =>
        output.IsJson ? [("replayed", replayed)] : replayed ? [("done before", "yes; nothing was done now")] : [];
}
